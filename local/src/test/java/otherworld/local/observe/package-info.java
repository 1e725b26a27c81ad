@NullMarked
package otherworld.local.observe;

import org.jspecify.annotations.NullMarked;
