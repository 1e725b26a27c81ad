package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.instance.session.Link;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;

/** What a tick leaves to the garbage collector once everyone has come. */
class SteadyTickTest {
    private static final int PLAYERS = 50;
    private static final int TICKS = 200;
    private static final int TRIES = 5;
    private static final int ARRAY_HEADER_BYTES = 16;

    private final SimulatedInstance world = new SimulatedInstance();
    private final List<Player> players = new ArrayList<>();
    private final List<Counting> links = new ArrayList<>();
    private long messageBytes;
    private int steps;

    /** Counts what messages take of the heap; each is its viewer's own. */
    private final class Counting implements Link {
        @Override
        public void send(byte[] message) {
            messageBytes += (message.length + ARRAY_HEADER_BYTES + 7L) & ~7L;
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
    void aTickInWhichNothingHappensAllocatesItsMessagesBytesAlone() {
        join();
        world.quietTicks(TICKS);
        assertThat(leastBeyondMessages(() -> {}, () -> world.quietTicks(TICKS / TRIES))).isZero();
        long before = messageBytes;
        world.quietTicks(TICKS);
        assertThat(messageBytes - before).as("the tick, now and then").isLessThan(PLAYERS * TICKS);
    }

    @Test
    void aTickInWhichAllMoveAllocatesItsMessagesBytesAlone() {
        join();
        for (int i = 0; i < TICKS; i++) {
            step();
            world.quietTicks(1);
        }
        long before = messageBytes;
        long beyond = 0;
        for (int i = 0; i < TICKS / TRIES; i++) {
            beyond += leastBeyondMessages(this::step, () -> world.quietTicks(1));
        }
        assertThat(messageBytes - before).isGreaterThan((long) TICKS * PLAYERS * 20);
        assertThat(beyond).isZero();
    }

    /** Of some tries the best: what is allocated once is not each tick's. */
    private long leastBeyondMessages(Runnable before, Runnable ticks) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            before.run();
            long told = messageBytes;
            long allocated = allocated(ticks);
            least = Math.min(least, allocated - (messageBytes - told));
        }
        return least;
    }

    private void join() {
        for (int seat = 0; seat < PLAYERS; seat++) {
            links.add(new Counting());
            players.add(world.join("p" + seat, seat, links.get(seat)));
        }
        world.quietTicks(60);
    }

    private void step() {
        int number = ++steps;
        for (int i = 0; i < PLAYERS; i++) {
            float x = 32 + i / 10f + number % 5 * 0.1f;
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
