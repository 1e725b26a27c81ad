package otherworld.instance.session;

import java.time.Duration;
import otherworld.base.PlayerId;
import otherworld.base.Seat;

/**
 * Changes of seats that the ledger is to be told of, in order. Never blocks, never fails: what
 * cannot be told is made good by the next full report.
 */
public interface SeatChanges {
    void held(Seat seat, PlayerId player, Duration window);

    void resumed(Seat seat, PlayerId player);

    void released(Seat seat, PlayerId player);
}
