/** Poses of the players in Redis: hot, at most a second old, may be lost. */
@NullMarked
package otherworld.instance.presence;

import org.jspecify.annotations.NullMarked;
