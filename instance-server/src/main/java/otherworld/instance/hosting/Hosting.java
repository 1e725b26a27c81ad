package otherworld.instance.hosting;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.loop.Inputs;
import otherworld.instance.loop.Ports;
import otherworld.instance.loop.Simulation;
import otherworld.instance.loop.SimulationClock;
import otherworld.instance.loop.SimulationConfig;
import otherworld.instance.loop.SimulationLoop;
import otherworld.instance.loop.Status;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.ZoneLog;
import otherworld.instance.store.PoseBlob;
import otherworld.instance.store.RedisPoses;
import otherworld.instance.store.StoredWorld;
import otherworld.instance.trace.CommitTraces;
import otherworld.instance.trace.EditTraces;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.persistence.InstanceStore;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.persistence.Ownership;
import otherworld.persistence.PatchWriter;
import otherworld.tracing.Tracing;
import otherworld.world.WorldLimits;

/** One instance hosted at one epoch: from what was loaded to what is let go. */
public final class Hosting implements InstanceMetrics.Backlog {
    private static final Logger log = LoggerFactory.getLogger(Hosting.class);
    private static final Duration FLUSH = Duration.ofSeconds(5);

    private final SimulationLoop loop;
    private final PatchWriter writer;
    private final Ownership ownership;
    private final LedgerReporter changes;
    private final Heartbeats heartbeats;
    private final RedisPoses poses;

    private Hosting(
            SimulationLoop loop,
            PatchWriter writer,
            Ownership ownership,
            LedgerReporter changes,
            Heartbeats heartbeats,
            RedisPoses poses) {
        this.loop = loop;
        this.writer = writer;
        this.ownership = ownership;
        this.changes = changes;
        this.heartbeats = heartbeats;
        this.poses = poses;
    }

    /** Parts of the process that outlive a hosting. */
    public record Shared(
            InstanceSettings settings,
            InstanceLedger ledger,
            InstanceStore store,
            RedisPoses poses,
            SimulationClock clock,
            Inputs inputs,
            ZoneLog zoneLog,
            InstanceMetrics metrics,
            Consumer<String> fenced,
            Tracing tracing) {}

    /** What came of {@link #begin}. */
    public sealed interface Begun {
        record Hosts(Hosting hosting) implements Begun {}

        /**
         * The lease's epoch is not above one that was seen outside the database, or that wrote what
         * is in it: raise it, then begin again.
         */
        record EpochSeen(long newest) implements Begun {}
    }

    /**
     * Loads the instance, whose lease is held at {@code epoch}, and starts to simulate and report
     * it.
     *
     * @throws otherworld.persistence.StoreUnavailable if it cannot be loaded; try again
     * @throws otherworld.persistence.StoreDamaged if it must be repaired first
     */
    public static Begun begin(Shared shared, Ownership ownership, long epoch) {
        InstanceSettings settings = shared.settings();
        InstanceId instance = settings.instance();
        long startedNs = System.nanoTime();
        long floor = EpochFloor.of(settings, shared.ledger(), shared.poses(), epoch);
        if (floor > epoch) {
            return new Begun.EpochSeen(floor);
        }
        StoredWorld stored = new StoredWorld(epoch, settings.zoneSizeM());
        Loaded loaded = shared.store().load(instance, epoch, stored);
        if (loaded.highestEpoch() > epoch && loaded.highestEpoch() < WorldLimits.MAX_EPOCH) {
            return new Begun.EpochSeen(loaded.highestEpoch());
        }
        loaded.unreadable().forEach(row -> log.error("{} is left out: {}", row.what(), row.why()));
        List<PoseBlob.PlayerPose> standing =
                shared.poses().read().map(PoseBlob::players).orElse(List.of());
        PatchWriter writer =
                shared.store().writer(instance, epoch, loaded, CommitTraces.of(shared.tracing()));
        LongConsumer staleEpoch =
                newest ->
                        shared.fenced()
                                .accept("a newer host reports at epoch %d".formatted(newest));
        LedgerReporter changes =
                new LedgerReporter(shared.ledger(), instance, epoch, staleEpoch, shared.metrics());
        SimulationConfig config =
                new SimulationConfig(
                        instance,
                        epoch,
                        settings.tickRateHz(),
                        settings.presenceRateHz(),
                        settings.kbitPerPlayer() * 1_000,
                        settings.zoneSizeM(),
                        settings.policy());
        Ports ports =
                new Ports(
                        shared.clock(),
                        shared.inputs(),
                        ownership,
                        writer,
                        changes,
                        shared.poses()::offer,
                        shared.zoneLog(),
                        shared.metrics(),
                        shared.fenced(),
                        new EditTraces(shared.tracing()));
        Simulation simulation = new Simulation(config, ports, stored, loaded);
        simulation.restorePoses(standing);
        SimulationLoop loop = new SimulationLoop(simulation, config, ports);
        loop.start();
        Heartbeats heartbeats =
                new Heartbeats(
                        shared.ledger(),
                        instance,
                        settings.podUid(),
                        loop,
                        changes,
                        staleEpoch,
                        shared.metrics());
        log.info(
                "Hosting {} at epoch {}: {} entities and {} places loaded in {} ms",
                instance,
                epoch,
                stored.world().entities().count(),
                standing.size(),
                (System.nanoTime() - startedNs) / 1_000_000);
        return new Begun.Hosts(
                new Hosting(loop, writer, ownership, changes, heartbeats, shared.poses()));
    }

    public SimulationLoop loop() {
        return loop;
    }

    @Override
    public int inboxMessages() {
        return loop.waiting();
    }

    @Override
    public PatchWriter.Stats written() {
        return writer.stats();
    }

    /**
     * Why a fresh player could not join and build now; empty if one could. Who joins while only the
     * database is stuck can walk, and is told.
     */
    public Optional<String> notReady() {
        Status status = loop.status();
        String why = status.why().isEmpty() ? status.storage() : status.why();
        return why.isEmpty() ? Optional.empty() : Optional.of(why);
    }

    /** Whether somebody is connected, and the instance was not asked to admit nobody any more. */
    public boolean isInhabited() throws InterruptedException {
        return loop.status().confirmedCordon().isEmpty()
                && answered(simulation ->
                        simulation.report().stream()
                                .anyMatch(taken -> taken.state() == SeatState.OCCUPIED));
    }

    /**
     * Lets go in order: players are told, what was applied becomes durable and is acknowledged,
     * everyone gets Goodbye, and only then may a successor have the lease.
     */
    public void end() throws InterruptedException {
        boolean answering =
                answered(simulation -> {
                    simulation.beginClosing();
                    return true;
                });
        heartbeats.close();
        if (writer.health() instanceof PatchWriter.Health.Fenced(String reason)) {
            log.warn("Nothing more can be committed: {}", reason);
        } else if (!writer.flush(FLUSH.toMillis())) {
            log.warn("Not everything that was applied could be committed in {}", FLUSH);
        }
        if (answering) {
            answered(simulation -> {
                simulation.finishClosing();
                return true;
            });
            poses.flush(Duration.ofMillis(500));
            Thread.sleep(100); // until Goodbye is with the kernel; the sockets close afterwards
        }
        changes.finish(Duration.ofMillis(500));
        loop.close();
        writer.close();
        ownership.release();
    }

    private boolean answered(Function<Simulation, Boolean> question) throws InterruptedException {
        try {
            return loop.ask(question).get(2, TimeUnit.SECONDS);
        } catch (TimeoutException
                | ExecutionException
                | CancellationException
                | CompletionException e) {
            log.warn("The simulation does not answer: {}", e.toString());
            return false;
        }
    }
}
