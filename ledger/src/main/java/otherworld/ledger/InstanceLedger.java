package otherworld.ledger;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.PlayerId;
import otherworld.base.Seat;

/**
 * The instance's side of the seat ledger. The instance owns every transition of a seat except Free
 * ↔ Reserved and tells the ledger synchronously. Calls block for one Redis round trip and are made
 * from virtual threads; thread-safe.
 *
 * <p>Every call carries the instance's epoch; the ledger answers {@link Reply.StaleEpoch} to a
 * lower one than it has seen.
 */
public interface InstanceLedger extends AutoCloseable {
    /** Reserved → Occupied, on a player's first connection with a ticket. */
    Reply claim(InstanceId instance, long epoch, Seat seat, PlayerId player);

    /** Occupied → Held: the player was lost and may resume until {@code window} has passed. */
    Reply hold(InstanceId instance, long epoch, Seat seat, PlayerId player, Duration window);

    /** Held → Occupied: the player is back. */
    Reply resume(InstanceId instance, long epoch, Seat seat, PlayerId player);

    /** Occupied or Held → Free: the player left, or the reconnect window has passed. */
    Reply release(InstanceId instance, long epoch, Seat seat, PlayerId player);

    /**
     * Reports the instance, at least every 500 ms. Without one for 3 s it is not assignable. Send
     * {@code seats} on the first heartbeat, whenever {@link HeartbeatReply#wantsSeats()} was set,
     * and at least every 10 s.
     */
    HeartbeatReply heartbeat(Heartbeat heartbeat);

    /**
     * Tells why nothing of the instance becomes durable, for the World's conditions; {@code ""}
     * once it does again. Counts only as long as heartbeats come.
     *
     * @param trouble at most {@value #MAX_TROUBLE} characters are kept
     */
    void storage(InstanceId instance, long epoch, String trouble);

    int MAX_TROUBLE = 512;

    /** Seats that are not Free, for a new host of the instance to take over; empty after a wipe. */
    List<TakenSeat> takenSeats(InstanceId instance);

    @Override
    void close();

    /**
     * What came of a transition. An unreachable ledger is a {@link LedgerUnavailable}, not a reply.
     */
    sealed interface Reply {
        record Done() implements Reply {}

        /**
         * The ledger has this seat for a higher generation, or for another player, or has given
         * this player a newer one elsewhere: the caller's is superseded.
         */
        record Superseded(String reason) implements Reply {}

        /** A newer host has reported: the caller must stop. */
        record StaleEpoch(long newest) implements Reply {}
    }

    enum SeatState {
        RESERVED,
        OCCUPIED,
        HELD
    }

    /**
     * @param leftMs for RESERVED and HELD: milliseconds until it ends; otherwise 0
     */
    record TakenSeat(Seat seat, SeatState state, PlayerId player, long leftMs) {}

    /**
     * @param podUid the reporting host
     * @param capacity the cap the instance enforces now
     * @param ready true once it has the lease and admits players
     * @param confirmedCordon the cordon token under which it admits nobody; {@code ""} while open
     * @param seats every seat that is Occupied or Held, or null for "as the transitions told you"
     */
    record Heartbeat(
            InstanceId instance,
            long epoch,
            String podUid,
            int capacity,
            boolean ready,
            String confirmedCordon,
            @Nullable List<TakenSeat> seats) {}

    /**
     * @param incarnation the ledger's random name since its last wipe
     * @param wantsSeats the ledger does not know this instance's seats: send them with the next
     *     heartbeat, at once
     * @param policy what the World says now; null until the operator has told the ledger all of it
     * @param cordon the token under which to admit nobody; {@code ""} for open
     * @param newestEpoch the highest epoch that has reported; if above the caller's, the caller
     *     must stop
     */
    record HeartbeatReply(
            String incarnation,
            boolean wantsSeats,
            @Nullable LivePolicy policy,
            String cordon,
            long newestEpoch) {}
}
