package otherworld.base;

import java.time.Duration;

/**
 * What a World's spec says of players, and its instances hold to: from the operator's stream
 * through the ledger to the seats and edits of each. It applies live; no pod is replaced for it.
 *
 * @param capacity players per instance
 * @param reconnectWindow how long the seat of a player who was lost is held
 */
public record LivePolicy(int capacity, Duration reconnectWindow, Permissions permissions) {
    public LivePolicy {
        if (capacity < 1 || capacity > Seat.MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "capacity %d must be 1 to %d".formatted(capacity, Seat.MAX_CAPACITY));
        }
    }
}
