/**
 * What outlives a host: a world in the form the database keeps it in, and poses of the players in
 * Redis, which are hot, at most a second old, and may be lost.
 */
@NullMarked
package otherworld.instance.store;

import org.jspecify.annotations.NullMarked;
