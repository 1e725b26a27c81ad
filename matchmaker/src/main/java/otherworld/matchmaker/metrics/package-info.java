/** What the matchmaker measures. */
@NullMarked
package otherworld.matchmaker.metrics;

import org.jspecify.annotations.NullMarked;
