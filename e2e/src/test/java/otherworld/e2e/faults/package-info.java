/**
 * What happens when something is taken away: players play, a fault is made and held, and what they
 * saw, which alerts fired and what was lost is written down and held to what is expected.
 */
@NullMarked
package otherworld.e2e.faults;

import org.jspecify.annotations.NullMarked;
