/** The seat ledger in Redis: Lua scripts and the Java that calls them. */
@NullMarked
package otherworld.ledger;

import org.jspecify.annotations.NullMarked;
