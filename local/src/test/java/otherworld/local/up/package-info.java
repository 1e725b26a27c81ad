@NullMarked
package otherworld.local.up;

import org.jspecify.annotations.NullMarked;
