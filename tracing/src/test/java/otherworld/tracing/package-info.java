@NullMarked
package otherworld.tracing;

import org.jspecify.annotations.NullMarked;
