/** What an instance counts and measures. */
@NullMarked
package otherworld.instance.metrics;

import org.jspecify.annotations.NullMarked;
