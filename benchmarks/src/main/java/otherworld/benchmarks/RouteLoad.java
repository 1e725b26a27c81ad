package otherworld.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;

/** Asks matchmakers for seats: at a fixed rate, or as fast as they answer. */
final class RouteLoad {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long MOST_US = 60_000_000;

    private final List<Integer> ports;
    private final Map<PlayerId, String> bearers;
    private final BlockingQueue<PlayerId> free;
    private final SimulatedHosts hosts;

    /**
     * What a run measured.
     *
     * @param latency microseconds
     * @param raw due time in µs since the start and latency in µs, of an open loop
     * @param failures answers that were no seat, by kind
     */
    record Result(
            long routes,
            double seconds,
            ConcurrentHistogram latency,
            List<long[]> raw,
            Map<String, Long> failures) {}

    private static final class Tally {
        final AtomicLong next = new AtomicLong();
        final LongAdder routes = new LongAdder();
        final ConcurrentHistogram latency = new ConcurrentHistogram(MOST_US, 3);
        final Map<String, LongAdder> failures = new ConcurrentHashMap<>();
        final List<long[]> raw = new ArrayList<>();

        void failed(String kind) {
            failures.computeIfAbsent(kind, _ -> new LongAdder()).increment();
        }
    }

    private interface Body {
        void run(HttpLane lane, Tally tally) throws IOException, InterruptedException;
    }

    RouteLoad(List<Integer> ports, Map<PlayerId, String> bearers, SimulatedHosts hosts) {
        this.ports = ports;
        this.bearers = bearers;
        this.free = new LinkedBlockingQueue<>(bearers.keySet());
        this.hosts = hosts;
    }

    /**
     * {@code ratePerSecond} requests a second whatever the answers do; latency counts from when a
     * request was due, so a stall of the server is seen by every request it delayed.
     */
    Result openLoop(int ratePerSecond, int lanes, Duration time) throws InterruptedException {
        long total = ratePerSecond * time.toSeconds();
        long startNs = System.nanoTime() + 100_000_000;
        return run(
                lanes,
                (lane, tally) -> {
                    for (long i = tally.next.getAndIncrement();
                            i < total;
                            i = tally.next.getAndIncrement()) {
                        long dueNs = startNs + i * 1_000_000_000L / ratePerSecond;
                        for (long left = dueNs - System.nanoTime();
                                left > 0;
                                left = dueNs - System.nanoTime()) {
                            LockSupport.parkNanos(left);
                        }
                        if (route(lane, tally)) {
                            long us = (System.nanoTime() - dueNs) / 1000;
                            tally.latency.recordValue(Math.min(us, MOST_US));
                            synchronized (tally.raw) {
                                tally.raw.add(new long[] {(dueNs - startNs) / 1000, us});
                            }
                        }
                    }
                });
    }

    /** Each lane asks again as soon as it is answered. */
    Result closedLoop(int lanes, Duration time) throws InterruptedException {
        long endNs = System.nanoTime() + time.toNanos();
        return run(
                lanes,
                (lane, tally) -> {
                    while (System.nanoTime() < endNs) {
                        long beganNs = System.nanoTime();
                        if (route(lane, tally)) {
                            tally.latency.recordValue(
                                    Math.min((System.nanoTime() - beganNs) / 1000, MOST_US));
                        }
                    }
                });
    }

    private Result run(int lanes, Body body) throws InterruptedException {
        Tally tally = new Tally();
        long startNs = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < lanes; i++) {
            int port = ports.get(i % ports.size());
            threads.add(
                    Thread.ofPlatform()
                            .name("lane-" + i)
                            .daemon()
                            .start(() -> drive(port, tally, body)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Map<String, Long> failures = new TreeMap<>();
        tally.failures.forEach((kind, count) -> failures.put(kind, count.sum()));
        return new Result(
                tally.routes.sum(),
                (System.nanoTime() - startNs) / 1e9,
                tally.latency,
                tally.raw,
                failures);
    }

    private static void drive(int port, Tally tally, Body body) {
        try (HttpLane lane = new HttpLane(port)) {
            body.run(lane, tally);
        } catch (IOException e) {
            tally.failed("connection: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One seat for one player; true if it came. */
    private boolean route(HttpLane lane, Tally tally) throws IOException, InterruptedException {
        PlayerId player = free.poll(5, TimeUnit.SECONDS);
        if (player == null) {
            tally.failed("no player is free: seats are not released fast enough");
            return false;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        UUID request = new UUID(random.nextLong(), random.nextLong());
        HttpLane.Answer answer =
                lane.put(
                        "/v1/worlds/%s/seats/%s".formatted(hosts.world(), request),
                        bearers.getOrDefault(player, ""),
                        "{}");
        if (answer.status() != 200) {
            tally.failed("status " + answer.status());
            free.add(player);
            return false;
        }
        JsonNode seat = JSON.readTree(answer.body());
        tally.routes.increment();
        hosts.admit(
                new InstanceId(hosts.world(), seat.path("instance").asInt()),
                new Seat(seat.path("seat").asInt(), seat.path("generation").asLong()),
                player,
                50 + random.nextInt(200),
                free);
        return true;
    }
}
