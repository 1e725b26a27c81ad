/**
 * The stream between the operator's leader and the matchmaker: it tells the ledger which Worlds and
 * hosts there are, and hears demand. It is dialled again whenever it breaks, opens with a full
 * snapshot each time, and is an event source of the reconciler, not a poll.
 */
@NullMarked
package otherworld.operator.demand;

import org.jspecify.annotations.NullMarked;
