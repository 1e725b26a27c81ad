package otherworld.instance.hosting;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.instance.loop.Simulation;
import otherworld.instance.loop.SimulationLoop;
import otherworld.instance.loop.Status;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.InstanceLedger.HeartbeatReply;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.LedgerUnavailable;

/**
 * Reports the instance to the ledger every 500 ms, on a virtual thread, and brings back what the
 * World wants: capacity, reconnect window, cordon. Begins with asking which seats were taken under
 * earlier hosts: only after that does it report seats, or it would free them.
 */
final class Heartbeats implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Heartbeats.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration FULL_REPORT = Duration.ofSeconds(5);

    private final InstanceLedger ledger;
    private final InstanceId instance;
    private final String podUid;
    private final SimulationLoop loop;
    private final LedgerReporter changes;
    private final LongConsumer staleEpoch;
    private final InstanceMetrics metrics;
    private final Thread thread;
    private volatile boolean running = true;

    // The heartbeat thread's.
    private boolean seatsKnown;
    private @Nullable String toldStorage;
    private boolean fullNext;
    private boolean reachable = true;
    private long lastFullNs;

    Heartbeats(
            InstanceLedger ledger,
            InstanceId instance,
            String podUid,
            SimulationLoop loop,
            LedgerReporter changes,
            LongConsumer staleEpoch,
            InstanceMetrics metrics) {
        this.ledger = ledger;
        this.instance = instance;
        this.podUid = podUid;
        this.loop = loop;
        this.changes = changes;
        this.staleEpoch = staleEpoch;
        this.metrics = metrics;
        this.thread = Thread.ofVirtual().name("heartbeats").start(this::run);
    }

    /** Stops, with a last report that says it does not admit players any more. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
        try {
            if (thread.join(Duration.ofSeconds(2)) && seatsKnown) {
                send(loop.status(), null);
            }
        } catch (LedgerUnavailable e) {
            log.info("The ledger was not told of the end: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (running) {
            long startedNs = System.nanoTime();
            boolean again = false;
            try {
                again = beat();
                metrics.ledgerUp.set(1);
                if (!reachable) {
                    reachable = true;
                    log.info("The ledger answers again");
                }
            } catch (LedgerUnavailable e) {
                metrics.ledgerError();
                metrics.ledgerUp.set(0);
                fullNext = true;
                if (reachable) {
                    reachable = false;
                    log.warn(
                            "The ledger does not answer: nobody new is admitted, players stay: {}",
                            e.getMessage());
                }
            } catch (CompletionException | CancellationException e) {
                return; // the simulation has stopped
            } catch (RuntimeException e) {
                // An instance that fell silent for good would be lost to everyone: go on.
                metrics.ledgerError();
                fullNext = true;
                log.error("A report to the ledger failed", e);
            }
            if (!again) {
                sleep(INTERVAL.minusNanos(System.nanoTime() - startedNs));
            }
        }
    }

    /** One report; true if the ledger wants the next one at once. */
    private boolean beat() {
        List<TakenSeat> seats = null;
        if (seatsKnown && (fullNext || changes.takeReportWanted() || fullIsDue())) {
            seats = loop.ask(Simulation::report).join();
        }
        Status status = loop.status();
        HeartbeatReply reply = send(status, seats);
        if (reply.newestEpoch() > status.epoch()) {
            staleEpoch.accept(reply.newestEpoch());
            return false;
        }
        if (seats != null || !status.storage().equals(toldStorage)) {
            ledger.storage(instance, status.epoch(), status.storage());
            toldStorage = status.storage();
        }
        if (seats != null) {
            lastFullNs = System.nanoTime();
            fullNext = false;
        }
        apply(reply);
        if (!seatsKnown) {
            // The report above raised the ledger's epoch: no earlier host can change these any
            // more.
            List<TakenSeat> taken = ledger.takenSeats(instance);
            loop.ask(
                            simulation -> {
                                simulation.adopt(taken);
                                return taken;
                            })
                    .join();
            seatsKnown = true;
            fullNext = true;
            log.info("{} seats were taken when this host came", taken.size());
            return true;
        }
        fullNext |= reply.wantsSeats();
        return reply.wantsSeats();
    }

    private HeartbeatReply send(Status status, @Nullable List<TakenSeat> seats) {
        return ledger.heartbeat(
                new Heartbeat(
                        instance,
                        status.epoch(),
                        podUid,
                        status.capacity(),
                        status.admitting(),
                        status.confirmedCordon(),
                        seats));
    }

    private void apply(HeartbeatReply reply) {
        loop.ask(
                        simulation -> {
                            if (reply.policy() != null) {
                                simulation.policy(reply.policy());
                            }
                            simulation.cordon(reply.cordon());
                            return reply;
                        })
                .join();
    }

    private boolean fullIsDue() {
        return System.nanoTime() - lastFullNs > FULL_REPORT.toNanos();
    }

    private void sleep(Duration time) {
        try {
            if (time.isPositive()) {
                Thread.sleep(time);
            }
        } catch (InterruptedException e) {
            log.debug("Woken to stop");
        }
    }
}
