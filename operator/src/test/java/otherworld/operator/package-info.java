@NullMarked
package otherworld.operator;

import org.jspecify.annotations.NullMarked;
