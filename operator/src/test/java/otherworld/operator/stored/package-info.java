@NullMarked
package otherworld.operator.stored;

import org.jspecify.annotations.NullMarked;
