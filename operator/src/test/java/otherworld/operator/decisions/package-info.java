@NullMarked
package otherworld.operator.decisions;

import org.jspecify.annotations.NullMarked;
