/**
 * A player's WebSocket through the gateway: its Hello is read and checked, then it is passed on to
 * the instance with all that follows, byte for byte, in both directions and no faster than the
 * slower side reads. Event loops alone; what may block (keys, the ledger) is on a virtual thread.
 */
@NullMarked
package otherworld.gateway.play;

import org.jspecify.annotations.NullMarked;
