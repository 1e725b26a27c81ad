/**
 * What each viewer is told of a world: which entities interest it, what it is known to have, and
 * what its share of the link is spent on first.
 */
@NullMarked
package otherworld.replication;

import org.jspecify.annotations.NullMarked;
