package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.instance.session.Link;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;

/** What a tick leaves to the garbage collector once everyone has come. */
class SteadyTickTest {
    private static final int PLAYERS = 50;
    private static final int TICKS = 300;
    private static final int ARRAY_HEADER_BYTES = 16;

    private final SimulatedInstance world = new SimulatedInstance();
    private final List<Player> players = new ArrayList<>();
    private final List<Counting> links = new ArrayList<>();
    private final Set<byte[]> messages = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean counting;

    /** Counts the bytes of messages, each once though all may have it. */
    private final class Counting implements Link {
        @Override
        public void send(byte[] message) {
            if (counting) {
                messages.add(message);
            }
        }

        @Override
        public void sendUnreliable(byte[] message) {
            send(message);
        }

        @Override
        public boolean isReliable() {
            return true;
        }

        @Override
        public boolean isBehind() {
            return false;
        }

        @Override
        public void flush() {}

        @Override
        public void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
            throw new AssertionError(reason + " " + detail);
        }

        @Override
        public String remote() {
            return "test";
        }
    }

    @Test
    void aTickInWhichNothingHappensAllocatesNothing() {
        join();
        world.quietTicks(TICKS);
        assertThat(allocated(() -> world.quietTicks(TICKS))).isZero();
    }

    @Test
    void aTickInWhichAllMoveAllocatesItsMessagesBytesAlone() {
        join();
        step(0);
        // The same steps twice: first to learn what is said in them, then to measure them.
        counting = true;
        for (int i = 1; i <= TICKS; i++) {
            step(i);
            world.quietTicks(1);
        }
        counting = false;
        long bytes =
                messages.stream()
                        .mapToLong(message -> (message.length + ARRAY_HEADER_BYTES + 7L) & ~7L)
                        .sum();
        assertThat(bytes).isPositive();
        long allocated = 0;
        for (int i = TICKS + 1; i <= 2 * TICKS; i++) {
            step(i);
            int blobs = world.poses.size();
            long ofTick = allocated(() -> world.quietTicks(1));
            // Twice a second the players' places are copied for a successor.
            allocated += world.poses.size() == blobs ? ofTick : 0;
        }
        assertThat(allocated).isLessThanOrEqualTo(bytes + bytes / 100);
    }

    private void join() {
        for (int seat = 0; seat < PLAYERS; seat++) {
            links.add(new Counting());
            players.add(world.join("p" + seat, seat, links.get(seat)));
        }
        world.quietTicks(60);
    }

    private void step(int number) {
        for (int i = 0; i < PLAYERS; i++) {
            float x = 32 + i / 10f + number % 2 * 0.1f;
            Pose pose = new Pose(x, 0, 32, Rotation.IDENTITY);
            world.simulation.receive(
                    players.get(i), links.get(i), new MoveIntent(number + 1, pose, List.of()));
        }
    }

    private static long allocated(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
