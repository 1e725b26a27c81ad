package otherworld.persistence;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Settings;
import otherworld.base.WorldId;

/**
 * Measures group commit against a database from outside: {@code DurableProbe EDITS_PER_SECOND
 * SECONDS}, in turns of 8 ms as an instance would. Reads DATABASE_URL, DATABASE_USER and
 * DATABASE_PASSWORD, uses the World {@code otherworld.probe}, and prints {@code name value unit}
 * lines. The latency of an edit is from its offer until it is polled, so it includes the turn.
 */
public final class DurableProbe {
    private static final Duration TURN = Duration.ofMillis(8);
    private static final int BODY_BYTES = 48;
    private static final int ENTITIES = 10_000;

    private DurableProbe() {}

    public static void main(String[] args) throws InterruptedException {
        if (args.length != 2) {
            System.err.println("Usage: DurableProbe EDITS_PER_SECOND SECONDS");
            System.exit(2);
        }
        double perTurn = Integer.parseInt(args[0]) * TURN.toMillis() / 1000.0;
        int turns = (int) (Integer.parseInt(args[1]) * 1000L / TURN.toMillis());
        Map<String, String> environment = System.getenv();
        Settings settings = new Settings(environment);
        String url = DatabaseTls.url(settings, settings.text("DATABASE_URL", null));
        String user = settings.text("DATABASE_USER", null);
        String password = settings.secret("DATABASE_PASSWORD", "");
        settings.check();
        InstanceId instance = new InstanceId(new WorldId("otherworld.probe"), 0);
        try (SqlInstanceStore store = SqlInstanceStore.connect(url, user, password);
                Ownership lease = store.contend(instance, "durable-probe")) {
            Ownership.State state = lease.awaitHeld(Duration.ofSeconds(10));
            if (!(state instanceof Ownership.State.Held(long epoch))) {
                System.err.println("No lease of " + instance + ": " + state);
                System.exit(1);
                return;
            }
            InstanceStore.Loaded loaded = store.load(instance, epoch);
            try (PatchWriter writer = store.writer(instance, epoch, loaded)) {
                report(writer, run(writer, perTurn, turns), turns);
            }
        }
    }

    /** Latencies of the durable edits, in nanoseconds, sorted. */
    private static long[] run(PatchWriter writer, double perTurn, int turns)
            throws InterruptedException {
        Random random = new Random(1);
        PlayerId player = new PlayerId("probe");
        Queue<Long> offeredAtNs = new ArrayDeque<>();
        long[] latenciesNs = new long[(int) (perTurn * turns) + turns];
        int measured = 0;
        double due = 0;
        int refused = 0;
        long nextNs = System.nanoTime();
        for (int turn = 0; turn < turns || (!offeredAtNs.isEmpty() && turn < turns * 2); turn++) {
            long nowNs = System.nanoTime();
            int polled = writer.pollDurable().size();
            for (int i = 0; i < polled; i++) {
                latenciesNs[measured++] = nowNs - offeredAtNs.remove();
            }
            due += turn < turns ? perTurn : 0;
            for (; due >= 1; due--) {
                byte[] body = new byte[BODY_BYTES];
                random.nextBytes(body);
                EntityPatch patch = new EntityPatch(random.nextLong(1, ENTITIES), false, body);
                Edit edit = new Edit(player, 0, List.of(patch), new byte[0]);
                if (writer.offer(edit)) {
                    offeredAtNs.add(nowNs);
                } else {
                    refused++;
                }
            }
            nextNs += TURN.toNanos();
            long waitNs = nextNs - System.nanoTime();
            if (waitNs > 0) {
                Thread.sleep(Duration.ofNanos(waitNs));
            }
        }
        System.out.println("durable_refused " + refused + " edits");
        return Arrays.stream(latenciesNs, 0, measured).sorted().toArray();
    }

    private static void report(PatchWriter writer, long[] latenciesNs, int turns) {
        int count = latenciesNs.length;
        if (count == 0) {
            return; // a figure that could not be measured is absent
        }
        PatchWriter.Stats stats = writer.stats();
        figure("durable_p50_ms", latenciesNs[count / 2] / 1e6, "ms");
        figure("durable_p99_ms", latenciesNs[(int) (count * 0.99)] / 1e6, "ms");
        figure("durable_edits", (double) count, "edits");
        figure("rows_per_s", count / (turns * TURN.toMillis() / 1000.0), "rows/s");
        figure("edits_per_group", (double) stats.edits() / stats.groups(), "edits");
        figure("group_retries", (double) stats.retries(), "executions");
        figure("folded_seq", (double) stats.foldedSeq(), "groups");
    }

    private static void figure(String name, double value, String unit) {
        System.out.printf("%s %.2f %s%n", name, value, unit);
    }
}
