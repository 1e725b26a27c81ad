package otherworld.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import otherworld.replication.Figures;
import otherworld.replication.ReplicationSettings;
import otherworld.replication.ViewerLink;

/**
 * A thousand avatars in one zone, root and head, 30 Hz, on one thread: world and replication
 * without sockets. A few of the viewers decode all that they are told and hold it to the truth,
 * between ticks.
 */
final class CrowdBench implements Bench {
    private static final int PLAYERS = 1_000;
    private static final int HEAD = 1;
    private static final int RATE_HZ = 30;
    private static final int PROBES = 16;
    private static final int WARM_UP_S = 20;
    private static final int TICKS_PER_ERROR = 10;

    @Override
    public int usualSeconds() {
        return 20;
    }

    @Override
    public otherworld.benchmarks.Figures run(Request request) throws Exception {
        if (request.choice().hasSockets()) {
            return CrowdSockets.run(request);
        }
        EngineWorld world = new EngineWorld(PLAYERS, HEAD, RATE_HZ, request.seed());
        List<CrowdProbe> probes = new ArrayList<>();
        List<ViewerLink> links = new ArrayList<>();
        DiscardingLink sink = new DiscardingLink();
        for (int i = 0; i < PLAYERS; i++) {
            if (i % (PLAYERS / PROBES) == 0 && probes.size() < PROBES) {
                probes.add(new CrowdProbe(world, i));
                links.add(probes.getLast());
            } else {
                links.add(sink);
            }
        }
        world.open(links);
        run(world, probes, WARM_UP_S * RATE_HZ, new Times());
        probes.forEach(CrowdProbe::begin);
        Times times = new Times();
        Figures engine = world.replication.figures();
        long updates = engine.updates();
        long bytes = sent(engine);
        long encoded = engine.bodies();
        int ticks = (int) request.time().toSeconds() * RATE_HZ;
        run(world, probes, ticks, times);
        updates = engine.updates() - updates;
        bytes = sent(engine) - bytes;
        encoded = engine.bodies() - encoded;
        return figures(world, probes, times, ticks)
                .add("kbit_per_s_player", bytes * 8e-3 * RATE_HZ / ticks / PLAYERS, "kbit/s")
                .add("us_per_update_sent", times.cpuNs / 1e3 / updates, "us")
                .add("updates_per_tick", (double) updates / ticks, "updates")
                .add("bytes_per_update", (double) bytes / updates, "bytes")
                .add("bodies_made_per_tick", (double) encoded / ticks, "bodies");
    }

    /** Of what is measured, in its parts. */
    private static final class Times {
        final Histogram ticksUs = new Histogram(60_000_000, 3);
        final Histogram cpuUs = new Histogram(60_000_000, 3);
        final Histogram movesUs = new Histogram(60_000_000, 3);
        long cpuNs;
        long allocated;
        long late;
    }

    /** In real time, so that what a pause between ticks costs is in it. */
    private static void run(EngineWorld world, List<CrowdProbe> probes, int ticks, Times times) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        long tickNs = 1_000_000_000L / RATE_HZ;
        long nextNs = System.nanoTime();
        for (int i = 0; i < ticks; i++) {
            long waitNs = nextNs - System.nanoTime();
            if (waitNs > 0) {
                LockSupport.parkNanos(waitNs);
            } else if (waitNs < -tickNs) {
                times.late++;
                nextNs = System.nanoTime();
            }
            nextNs += tickNs;
            long allocated = threads.getThreadAllocatedBytes(thread);
            long cpuNs = threads.getCurrentThreadCpuTime();
            long startNs = System.nanoTime();
            world.move();
            long movedNs = System.nanoTime();
            world.replicate();
            long endNs = System.nanoTime();
            long tookNs = threads.getCurrentThreadCpuTime() - cpuNs;
            times.cpuNs += tookNs;
            times.cpuUs.recordValue(tookNs / 1_000);
            times.allocated += threads.getThreadAllocatedBytes(thread) - allocated;
            times.ticksUs.recordValue((endNs - startNs) / 1_000);
            times.movesUs.recordValue((movedNs - startNs) / 1_000);
            // Of the processor: what others on this machine do is no reason to tell less.
            world.replication.tickTook((float) tookNs / tickNs);
            world.remember();
            for (CrowdProbe probe : probes) {
                probe.decode();
                if (i % TICKS_PER_ERROR == 0) {
                    probe.measureErrors();
                }
            }
        }
    }

    private static long sent(Figures engine) {
        return engine.updateBytes()
                + engine.statesBytes()
                + ReplicationSettings.FRAME_BYTES
                        * (engine.updateMessages() + engine.statesMessages());
    }

    private static otherworld.benchmarks.Figures figures(
            EngineWorld world, List<CrowdProbe> probes, Times times, int ticks) {
        otherworld.benchmarks.Figures figures = new otherworld.benchmarks.Figures();
        figures.add("tick_p50_ms", times.ticksUs.getValueAtPercentile(50) / 1e3, "ms");
        figures.add("tick_p99_ms", times.ticksUs.getValueAtPercentile(99) / 1e3, "ms");
        figures.add("moves_p50_ms", times.movesUs.getValueAtPercentile(50) / 1e3, "ms");
        figures.add("tick_cpu_ms", times.cpuNs / 1e6 / ticks, "ms");
        figures.add("tick_cpu_p99_ms", times.cpuUs.getValueAtPercentile(99) / 1e3, "ms");
        figures.add(
                "allocated_bytes_per_tick_player",
                (double) times.allocated / ticks / PLAYERS,
                "bytes");
        figures.add("ticks_late", times.late, "ticks");
        double near = Double.MAX_VALUE;
        double least = Double.MAX_VALUE;
        int gap = 0;
        long wrong = 0;
        for (CrowdProbe probe : probes) {
            near = Math.min(near, probe.nearRateHz(RATE_HZ));
            least = Math.min(least, probe.leastRateHz(RATE_HZ));
            gap = Math.max(gap, probe.longestGapTicks());
            wrong += probe.wrong();
            if (probe.seen() != PLAYERS) {
                figures.fault("a viewer sees %d of %d".formatted(probe.seen(), PLAYERS));
            }
        }
        figures.add("min_rate_hz", least, "Hz");
        figures.add("longest_gap_ms", 1e3 * gap / RATE_HZ, "ms");
        figures.add("near_rate_hz", near, "Hz");
        figures.add("wrong_states", wrong, "states");
        for (int band = 0; band < CrowdProbe.BANDS_M.length; band++) {
            Histogram errors = new Histogram(100_000, 3);
            for (CrowdProbe probe : probes) {
                errors.add(probe.errorsMm().get(band));
            }
            String to = "_to_" + CrowdProbe.BANDS_M[band] + "_m";
            figures.add("error_p50" + to, errors.getValueAtPercentile(50), "mm");
            figures.add("error_p99" + to, errors.getValueAtPercentile(99), "mm");
        }
        if (wrong > 0) {
            figures.fault(wrong + " states were shown that never were");
        }
        if (world.replication.degradation() != otherworld.replication.Degradation.NONE) {
            figures.fault("degraded: " + world.replication.degradation().reason());
        }
        return figures;
    }
}
