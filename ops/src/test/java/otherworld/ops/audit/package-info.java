@NullMarked
package otherworld.ops.audit;

import org.jspecify.annotations.NullMarked;
