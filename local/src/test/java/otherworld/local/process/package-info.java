@NullMarked
package otherworld.local.process;

import org.jspecify.annotations.NullMarked;
