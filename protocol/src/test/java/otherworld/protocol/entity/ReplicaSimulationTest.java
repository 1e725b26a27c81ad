package otherworld.protocol.entity;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.MalformedMessage.Reason;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;

/** A client's half against a server that is lost, doubled and overtaken. */
class ReplicaSimulationTest {
    private static final int TICKS = 6_000;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.05, 0.5})
    void whateverIsLostNothingWrongIsShownAndAllOfItArrivesInTheEnd(double loss) throws Exception {
        Random random = seeded();
        // Past the wrap of the 16 bits that an update has, of ticks and of datagrams.
        EntityTraffic traffic = new EntityTraffic(random, 65_536 - 1_000, loss);
        Replica replica = new Replica();
        int compared = 0;
        for (int i = 0; i < TICKS; i++) {
            deliver(traffic, replica);
            if (random.nextDouble() >= loss) {
                traffic.acknowledged(replica.acknowledgement());
            }
            compared += compare(traffic, replica);
        }
        assertThat(compared).isGreaterThan(TICKS);
        traffic.settle();
        for (int i = 0; i < 40; i++) {
            deliver(traffic, replica);
            traffic.acknowledged(replica.acknowledgement());
        }
        for (int index = 0; index < Protocol.MAX_INDEXES; index++) {
            EntityState state = replica.state(index);
            assertThat(state == null ? 0 : state.entity()).isEqualTo(traffic.entity(index));
            if (state != null) {
                assertThat(replica.indexOf(state.entity())).isEqualTo(index);
                assertThat(state.joints()).isEqualTo(traffic.joints(index));
                assertShows(replica, index, traffic.truth(index, traffic.now()));
            }
        }
        assertThat(replica.size()).isPositive();
    }

    @Test
    void whateverTheBytesItAnswersWithMalformedMessageAlone() {
        Random random = seeded();
        Set<Reason> seen = EnumSet.noneOf(Reason.class);
        for (int round = 0; round < 20; round++) {
            EntityTraffic traffic = new EntityTraffic(random, 0, 0.1);
            Replica replica = new Replica();
            for (int i = 0; i < 500; i++) {
                for (byte[] message : traffic.tick()) {
                    try {
                        apply(replica, mutated(random, message));
                    } catch (MalformedMessage e) {
                        seen.add(e.reason());
                    }
                }
                traffic.acknowledged(replica.acknowledgement());
            }
        }
        assertThat(seen)
                .contains(
                        Reason.BAD_DELTA,
                        Reason.BAD_INDEX,
                        Reason.NO_BASELINE,
                        Reason.BAD_ROTATION,
                        Reason.TRUNCATED);
    }

    @Test
    void anUpdateAllocatesNothing() throws Exception {
        EntityTraffic traffic = new EntityTraffic(new Random(5), 0, 0);
        Replica replica = new Replica();
        EntityUpdate last = null;
        for (int i = 0; i < 1_000; i++) {
            for (byte[] bytes : traffic.tick()) {
                ServerMessage message = Messages.decodeServer(bytes, 0, bytes.length);
                if (message instanceof EntityUpdate update) {
                    last = update;
                }
                apply(replica, bytes);
            }
            traffic.acknowledged(replica.acknowledgement());
        }
        assertThat(last).isNotNull();
        assertThat(last.entities().length()).isGreaterThan(100);
        again(replica, last, 20_000);
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = thread.getCurrentThreadAllocatedBytes();
        again(replica, last, 20_000);
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
    }

    private static void again(Replica replica, EntityUpdate update, int rounds) throws Exception {
        for (int i = 0; i < rounds; i++) {
            replica.apply(update);
        }
    }

    /** One more or less of what a client is not told of: of a message, some bytes. */
    static byte[] mutated(Random random, byte[] message) {
        byte[] bytes = message.clone();
        if (random.nextInt(3) == 0) {
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                bytes = java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
            }
        }
        return bytes;
    }

    static void apply(Replica replica, byte[] bytes) throws MalformedMessage {
        switch (Messages.decodeServer(bytes, 0, bytes.length)) {
            case EntityStates states -> replica.apply(states);
            case EntityUpdate update -> replica.apply(update);
            default -> {}
        }
    }

    private static void deliver(EntityTraffic traffic, Replica replica) throws Exception {
        for (byte[] message : traffic.tick()) {
            apply(replica, message);
        }
    }

    /** What is shown is what was there at the tick that it is shown for. */
    private static int compare(EntityTraffic traffic, Replica replica) {
        int compared = 0;
        for (int index = 0; index < Protocol.MAX_INDEXES; index++) {
            EntityState state = replica.state(index);
            if (state != null
                    && state.entity() == traffic.entity(index)
                    && state.joints() == traffic.joints(index)
                    && replica.tick(index) != Replica.NONE
                    && traffic.now() - replica.tick(index) < Protocol.KEPT_TICKS) {
                RandomEntity truth = traffic.truth(index, replica.tick(index));
                if (truth != null && truth.transforms == replica.transforms(index)) {
                    assertShows(replica, index, truth);
                    compared++;
                }
            }
        }
        return compared;
    }

    private static void assertShows(
            Replica replica, int index, @org.jspecify.annotations.Nullable RandomEntity truth) {
        assertThat(truth).isNotNull();
        for (int i = 0; i < truth.transforms; i++) {
            assertThat(replica.position(index, i)).isEqualTo(truth.positions[i]);
            assertThat(replica.rotation(index, i)).isEqualTo(truth.rotations[i]);
        }
    }

    private static Random seeded() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        return new Random(seed);
    }
}
