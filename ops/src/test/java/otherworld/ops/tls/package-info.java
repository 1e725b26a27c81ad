@NullMarked
package otherworld.ops.tls;

import org.jspecify.annotations.NullMarked;
