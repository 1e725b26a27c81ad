@NullMarked
package otherworld.operator.status;

import org.jspecify.annotations.NullMarked;
