/** What was decided about players, and why, kept for a while for those who run the matchmaker. */
@NullMarked
package otherworld.matchmaker.decisions;

import org.jspecify.annotations.NullMarked;
