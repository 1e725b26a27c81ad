package otherworld.instance.hosting;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.session.SeatChanges;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.LedgerUnavailable;

/**
 * Tells the ledger of changed seats, in order, on a virtual thread. What cannot be told (queue
 * full, Redis away) is dropped, and a full report asked for instead, which says the same and more.
 */
final class LedgerReporter implements SeatChanges, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LedgerReporter.class);

    private final InstanceLedger ledger;
    private final InstanceId instance;
    private final long epoch;
    private final LongConsumer staleEpoch;
    private final InstanceMetrics metrics;
    private final BlockingQueue<Change> changes = new ArrayBlockingQueue<>(Limits.LEDGER_CHANGES);
    private final Thread thread;
    private volatile boolean reportWanted;

    private sealed interface Change {
        record Hold(Seat seat, PlayerId player, Duration window) implements Change {}

        record Resume(Seat seat, PlayerId player) implements Change {}

        record Release(Seat seat, PlayerId player) implements Change {}
    }

    /**
     * @param staleEpoch told of a higher epoch that the ledger has seen
     */
    LedgerReporter(
            InstanceLedger ledger,
            InstanceId instance,
            long epoch,
            LongConsumer staleEpoch,
            InstanceMetrics metrics) {
        this.ledger = ledger;
        this.instance = instance;
        this.epoch = epoch;
        this.staleEpoch = staleEpoch;
        this.metrics = metrics;
        this.thread = Thread.ofVirtual().name("ledger changes").start(this::run);
    }

    @Override
    public void held(Seat seat, PlayerId player, Duration window) {
        offer(new Change.Hold(seat, player, window));
    }

    @Override
    public void resumed(Seat seat, PlayerId player) {
        offer(new Change.Resume(seat, player));
    }

    @Override
    public void released(Seat seat, PlayerId player) {
        offer(new Change.Release(seat, player));
    }

    /** Whether changes were dropped since the last call. */
    boolean takeReportWanted() {
        boolean wanted = reportWanted;
        reportWanted = false;
        return wanted;
    }

    /** Tells what waits, then stops; at most for {@code patience}. */
    void finish(Duration patience) throws InterruptedException {
        long untilNs = System.nanoTime() + patience.toNanos();
        while (!changes.isEmpty() && !reportWanted && System.nanoTime() < untilNs) {
            Thread.sleep(5);
        }
        close();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void offer(Change change) {
        if (!changes.offer(change)) {
            metrics.hit(Limit.LEDGER_CHANGES);
            reportWanted = true;
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                tell(changes.take());
            } catch (LedgerUnavailable e) {
                metrics.ledgerError();
                changes.clear();
                reportWanted = true;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                metrics.ledgerError();
                reportWanted = true;
                log.error("A change of a seat could not be told; a full report follows", e);
            }
        }
    }

    private void tell(Change change) {
        Reply reply =
                switch (change) {
                    case Change.Hold(Seat seat, PlayerId player, Duration window) ->
                            ledger.hold(instance, epoch, seat, player, window);
                    case Change.Resume(Seat seat, PlayerId player) ->
                            ledger.resume(instance, epoch, seat, player);
                    case Change.Release(Seat seat, PlayerId player) ->
                            ledger.release(instance, epoch, seat, player);
                };
        switch (reply) {
            case Reply.Done() -> {}
            // The ledger has news of the seat that this host has not: the report settles it.
            case Reply.Superseded _ -> reportWanted = true;
            case Reply.StaleEpoch(long newest) -> staleEpoch.accept(newest);
        }
    }
}
