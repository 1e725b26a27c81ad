@NullMarked
package otherworld.operator.observe;

import org.jspecify.annotations.NullMarked;
