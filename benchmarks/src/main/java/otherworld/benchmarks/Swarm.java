package otherworld.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import otherworld.bots.Seats;
import otherworld.bots.Seats.Answer;

/**
 * Many players of an instance over WebSocket on one event loop, of whom a few decode what they are
 * told and hold it to the truth and the others count it, so that one core does for a thousand.
 */
final class Swarm implements AutoCloseable {
    static final int PROBES = 16;

    private static final int JOINS_PER_SECOND = 50;
    private static final int LOOKS_PER_SECOND = 5;
    private static final int SLICES = 30;
    private static final Duration LEAVING = Duration.ofSeconds(5);

    private final EventLoopGroup loop = EventLoops.one();
    private final List<SwarmPlayer> players = new ArrayList<>();
    private final List<SwarmProbe> probes = new ArrayList<>();
    private final int rateHz;
    private long messages;
    private long received;
    private long startNs;
    private double seconds;

    private Swarm(int rateHz) {
        this.rateHz = rateHz;
    }

    /**
     * All come, some a second, and walk.
     *
     * @param joints how many, head first
     * @param rateHz of moves, and of the instance's presence
     */
    static Swarm join(Seats seats, int port, int count, int joints, int rateHz, long seed)
            throws IOException, InterruptedException {
        Swarm swarm = new Swarm(rateHz);
        try {
            swarm.joinAll(seats, port, count, joints, seed);
            return swarm;
        } catch (IOException | InterruptedException | RuntimeException e) {
            swarm.close();
            throw e;
        }
    }

    private void joinAll(Seats seats, int port, int count, int joints, long seed)
            throws IOException, InterruptedException {
        SwarmTruth truth = new SwarmTruth(count);
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < count; i++) {
            numbers.put(name(seed, i), i);
        }
        SplittableRandom random = new SplittableRandom(seed);
        long intervalNs = 2_000_000_000L / rateHz;
        long dueNs = System.nanoTime();
        for (int i = 0; i < count; i++) {
            SwarmProbe probe =
                    i % Math.max(1, count / PROBES) == 0 && probes.size() < PROBES
                            ? new SwarmProbe(i, truth, numbers, intervalNs)
                            : null;
            String ticket = ticket(seats, name(seed, i));
            SwarmPlayer player = new SwarmPlayer(i, ticket, joints, truth, probe, random.split());
            connect(player, port);
            players.add(player);
            if (probe != null) {
                probes.add(probe);
            }
            dueNs += 1_000_000_000L / JOINS_PER_SECOND;
            TimeUnit.NANOSECONDS.sleep(dueNs - System.nanoTime());
        }
        long sliceNs = 1_000_000_000L / rateHz / SLICES;
        for (int slice = 0; slice < SLICES; slice++) {
            int from = slice;
            var _ =
                    loop.scheduleAtFixedRate(
                            () -> step(from),
                            slice * sliceNs,
                            SLICES * sliceNs,
                            TimeUnit.NANOSECONDS);
        }
        var _ =
                loop.scheduleAtFixedRate(
                        () -> probes.forEach(SwarmProbe::look),
                        0,
                        1_000 / LOOKS_PER_SECOND,
                        TimeUnit.MILLISECONDS);
    }

    private static String name(long seed, int number) {
        return "swarm-%x-%04d".formatted(seed, number);
    }

    private static String ticket(Seats seats, String player)
            throws IOException, InterruptedException {
        for (int tries = 0; tries < 50; tries++) {
            switch (seats.ask(player, UUID.randomUUID())) {
                case Answer.Seated seated -> {
                    return seated.ticket();
                }
                case Answer.Later later -> Thread.sleep(later.retryAfterMs());
                case Answer.Refused refused ->
                        throw new IOException(player + " got no seat: " + refused.why());
                case Answer.Moved _, Answer.SessionEnded _ ->
                        throw new IOException(player + " got an answer that makes no sense");
            }
        }
        throw new IOException(player + " got no seat in time");
    }

    private void connect(SwarmPlayer player, int port) throws IOException, InterruptedException {
        new Bootstrap()
                .group(loop)
                .channel(EventLoops.channel())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                channel.pipeline().addLast(player);
                            }
                        })
                .connect("127.0.0.1", port)
                .sync();
        try {
            player.welcomed.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("a player did not get in after " + players.size(), e);
        }
    }

    /** Each at its own moment of the interval, as players do. */
    private void step(int slice) {
        long nowNs = System.nanoTime();
        for (int i = slice; i < players.size(); i += SLICES) {
            players.get(i).step(rateHz, nowNs);
        }
    }

    /** Counts from now on. */
    void begin() throws InterruptedException {
        await(() -> {
            messages = messages();
            received = received();
            startNs = System.nanoTime();
            probes.forEach(SwarmProbe::begin);
        });
    }

    void end() throws InterruptedException {
        await(() -> {
            probes.forEach(SwarmProbe::end);
            seconds = (System.nanoTime() - startNs) / 1e9;
            messages = messages() - messages;
            received = received() - received;
        });
    }

    private void await(Runnable task) throws InterruptedException {
        loop.submit(task).sync();
    }

    private long messages() {
        return players.stream().mapToLong(player -> player.messages).sum();
    }

    private long received() {
        return players.stream().mapToLong(player -> player.received).sum();
    }

    /** Of what came, after {@link #end}. */
    double kbitPerSecond() {
        return received * 8e-3 / seconds / players.size();
    }

    double messagesPerSecond() {
        return messages / seconds / players.size();
    }

    double updatesPerSecond() {
        return probes.stream().mapToLong(SwarmProbe::bodies).sum() / seconds / probes.size();
    }

    /** Of all whom the probes see; not a number if nothing came. */
    double deliveryMs(double percent) {
        return ms(SwarmProbe::deliveryUs, percent);
    }

    /** Of each probe's nearest 30. */
    double nearDeliveryMs(double percent) {
        return ms(SwarmProbe::nearUs, percent);
    }

    private double ms(java.util.function.Function<SwarmProbe, Histogram> of, double percent) {
        Histogram all = new Histogram(60_000_000, 3);
        probes.forEach(probe -> all.add(of.apply(probe)));
        return all.getTotalCount() == 0 ? Double.NaN : all.getValueAtPercentile(percent) / 1e3;
    }

    /** Millimetres, of a band of {@link CrowdProbe#BANDS_M}. */
    double errorMm(int band, double percent) {
        Histogram all = new Histogram(200_000, 3);
        probes.forEach(probe -> all.add(probe.errorsMm().get(band)));
        return all.getTotalCount() == 0 ? Double.NaN : all.getValueAtPercentile(percent);
    }

    double nearRateHz() {
        return least(probe -> probe.nearRateHz(seconds));
    }

    double leastRateHz() {
        return least(probe -> probe.leastRateHz(seconds));
    }

    private double least(ToDoubleFunction<SwarmProbe> value) {
        return probes.stream().mapToDouble(value).min().orElse(Double.NaN);
    }

    long wrong() {
        return probes.stream().mapToLong(SwarmProbe::wrong).sum();
    }

    int corrections() {
        return players.stream().mapToInt(player -> player.corrections).sum();
    }

    int seenLeast() {
        return probes.stream().mapToInt(SwarmProbe::seen).min().orElse(0);
    }

    /** Who is still there. */
    int in() {
        return (int) players.stream().filter(SwarmPlayer::isIn).count();
    }

    /** All leave, so that their seats are free for who comes next. */
    @Override
    public void close() {
        for (SwarmPlayer player : players) {
            loop.execute(player::leave);
        }
        long deadlineNs = System.nanoTime() + LEAVING.toNanos();
        for (SwarmPlayer player : players) {
            player.awaitEnd(deadlineNs - System.nanoTime());
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
