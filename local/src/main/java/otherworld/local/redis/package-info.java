/** A real Redis server, for tests and for the local cluster. */
@NullMarked
package otherworld.local.redis;

import org.jspecify.annotations.NullMarked;
