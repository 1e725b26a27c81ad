@NullMarked
package otherworld.e2e.trace;

import org.jspecify.annotations.NullMarked;
