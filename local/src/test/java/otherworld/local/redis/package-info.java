@NullMarked
package otherworld.local.redis;

import org.jspecify.annotations.NullMarked;
