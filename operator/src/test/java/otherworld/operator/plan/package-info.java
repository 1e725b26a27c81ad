@NullMarked
package otherworld.operator.plan;

import org.jspecify.annotations.NullMarked;
