/** What every process shows the people who run it: health, metrics, and errors at start. */
@NullMarked
package otherworld.ops;

import org.jspecify.annotations.NullMarked;
