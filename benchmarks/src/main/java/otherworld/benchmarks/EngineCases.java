package otherworld.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Rotation;
import otherworld.protocol.entity.EntityCodec;
import otherworld.protocol.entity.Quantised;
import otherworld.replication.ViewerLink;

/** What {@link EngineBench} measures, and what it measures that by. */
final class EngineCases {
    private static final int HEAD_AND_HANDS = 0b111;
    private static final int ENTITIES = 1_024;
    private static final int TRANSFORMS = 4;

    /** Where results go, so that nothing is left out as unused. */
    static volatile long sink;

    private EngineCases() {}

    /** Something to be done again and again. */
    static final class Case {
        private final int operations;
        private final Runnable work;

        /**
         * @param operations that {@code work} consists of
         */
        Case(int operations, Runnable work) {
            this.operations = operations;
            this.work = work;
        }

        double nsPerOperation() {
            long startNs = System.nanoTime();
            work.run();
            return (double) (System.nanoTime() - startNs) / operations;
        }
    }

    /**
     * Integer arithmetic with branches and small copies, over more than the first caches hold: the
     * kind of work that the engine does. 2,000 steps are an operation.
     */
    static Case reference() {
        long[] values = new long[1 << 16];
        byte[] from = new byte[1 << 16];
        byte[] to = new byte[1 << 16];
        int operations = 500;
        return new Case(
                operations,
                () -> {
                    long state = 88_172_645_463_325_252L;
                    for (int i = 0; i < operations * 2_000; i++) {
                        state ^= state << 13;
                        state ^= state >>> 7;
                        state ^= state << 17;
                        int at = (int) state & (1 << 16) - 1;
                        if ((state & (1 << 20)) != 0) {
                            values[at] += state;
                        } else {
                            int offset = Math.min(at, (1 << 16) - 16);
                            System.arraycopy(from, offset, to, i & 0xfff0, 12);
                        }
                    }
                    sink = values[5] + to[7];
                });
    }

    /** Each makes what it measures when it is asked for. */
    static Map<String, Supplier<Case>> all(long seed) {
        Map<String, Supplier<Case>> cases = new LinkedHashMap<>();
        cases.put("encode_1024", () -> codec(new SplittableRandom(seed), false));
        cases.put("decode_1024", () -> codec(new SplittableRandom(seed), true));
        cases.put("look_at_1000", () -> looks(seed));
        cases.put("tick_100_with_hands", () -> ticks(100, HEAD_AND_HANDS, 100, seed));
        cases.put("tick_1000_in_one_zone", () -> ticks(1_000, 1, 20, seed));
        return cases;
    }

    private static Case codec(SplittableRandom random, boolean reads) {
        int count = ENTITIES * TRANSFORMS;
        long[] then = new long[count];
        long[] now = new long[count];
        int[] thenTurns = new int[count];
        int[] nowTurns = new int[count];
        for (int i = 0; i < count; i++) {
            float x = (float) random.nextDouble(-1, 1);
            float step = (float) random.nextDouble(0.03);
            then[i] = Quantised.root(x, 1, -x);
            now[i] = Quantised.root(x + step, 1, step - x);
            double yaw = random.nextDouble(Math.TAU);
            thenTurns[i] = Rotation.ofYaw(yaw);
            nowTurns[i] = Rotation.ofYaw(yaw + random.nextDouble(0.05));
        }
        byte[] bytes = new byte[ENTITIES * EntityCodec.MAX_BODY_BYTES];
        int[] ends = new int[ENTITIES];
        Runnable encode =
                () -> {
                    int end = 0;
                    for (int i = 0; i < ENTITIES; i++) {
                        int at = i * TRANSFORMS;
                        end +=
                                EntityCodec.encodeDelta(
                                        now,
                                        nowTurns,
                                        at,
                                        then,
                                        thenTurns,
                                        at,
                                        TRANSFORMS,
                                        bytes,
                                        end);
                        ends[i] = end;
                    }
                    sink = end;
                };
        if (!reads) {
            return new Case(50, repeated(50, encode));
        }
        encode.run();
        long[] read = new long[TRANSFORMS];
        int[] readTurns = new int[TRANSFORMS];
        Runnable decode =
                () -> {
                    try {
                        int from = 0;
                        for (int i = 0; i < ENTITIES; i++) {
                            from =
                                    EntityCodec.decodeDelta(
                                            bytes,
                                            from,
                                            ends[i],
                                            TRANSFORMS,
                                            then,
                                            thenTurns,
                                            i * TRANSFORMS,
                                            read,
                                            readTurns,
                                            0);
                            sink = read[0];
                        }
                    } catch (MalformedMessage e) {
                        throw new IllegalStateException("The codec does not read itself", e);
                    }
                };
        return new Case(50, repeated(50, decode));
    }

    /** Nothing is told in these ticks: what they take is that viewers look around. */
    private static Case looks(long seed) {
        EngineWorld world = world(1_000, 1, 40, seed);
        for (int i = 0; i < 200; i++) {
            world.move();
            world.replicate();
        }
        int ticks = 70;
        // A look comes after every seventh tick.
        return new Case(
                ticks / 7 * 40,
                repeated(
                        ticks,
                        () -> {
                            world.tick++;
                            world.replication.tick(world.tick, false);
                        }));
    }

    private static Case ticks(int avatars, int joints, int viewers, long seed) {
        EngineWorld world = world(avatars, joints, viewers, seed);
        for (int i = 0; i < 200; i++) {
            world.move();
            world.replicate();
        }
        return new Case(
                30,
                repeated(
                        30,
                        () -> {
                            world.move();
                            world.replicate();
                        }));
    }

    private static EngineWorld world(int avatars, int joints, int viewers, long seed) {
        EngineWorld world = new EngineWorld(avatars, joints, 30, seed);
        List<ViewerLink> links = new ArrayList<>();
        for (int i = 0; i < viewers; i++) {
            links.add(new DiscardingLink());
        }
        world.open(links);
        return world;
    }

    private static Runnable repeated(int times, Runnable work) {
        return () -> {
            for (int i = 0; i < times; i++) {
                work.run();
            }
        };
    }
}
