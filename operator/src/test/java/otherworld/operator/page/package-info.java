@NullMarked
package otherworld.operator.page;

import org.jspecify.annotations.NullMarked;
