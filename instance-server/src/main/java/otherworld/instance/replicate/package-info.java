/** What viewers are told: snapshots and deltas of a zone, encoded once for all who see it. */
@NullMarked
package otherworld.instance.replicate;

import org.jspecify.annotations.NullMarked;
