@NullMarked
package otherworld.operator.certificates;

import org.jspecify.annotations.NullMarked;
