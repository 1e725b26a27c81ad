@NullMarked
package otherworld.operator.act;

import org.jspecify.annotations.NullMarked;
