package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A steady tick allocates the messages and nothing else. */
class AllocationTest {
    private static final int ARRAY_HEAD_BYTES = 16;

    private final Lab lab = new Lab(6);
    private final List<Integer> walkers = new ArrayList<>();
    private final List<Viewer> viewers = new ArrayList<>();
    private long expected;

    /** Counts what its messages' arrays take, with a head and a length in words. */
    private final class CountingLink implements ViewerLink {
        private final boolean reliable;
        int datagrams;

        CountingLink(boolean reliable) {
            this.reliable = reliable;
        }

        @Override
        public boolean isReliable() {
            return reliable;
        }

        @Override
        public boolean isBehind() {
            return false;
        }

        @Override
        public void send(byte[] message) {
            expected += (ARRAY_HEAD_BYTES + message.length + 7) & ~7;
        }

        @Override
        public void sendUnreliable(byte[] message) {
            expected += (ARRAY_HEAD_BYTES + message.length + 7) & ~7;
            datagrams++;
        }
    }

    @Test
    void aSteadyTickAllocatesTheMessagesAlone() {
        for (int i = 0; i < 300; i++) {
            walkers.add(lab.avatar(10 + i * 0.15f, 40 + i % 20, i % 3));
        }
        for (int i = 0; i < 300; i++) {
            lab.prop(5 + i * 0.1f, 50);
        }
        List<CountingLink> links = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            CountingLink link = new CountingLink(i % 2 == 0);
            links.add(link);
            viewers.add(lab.replication.open(link, walkers.get(i)));
        }
        for (int i = 0; i < 400; i++) {
            tick(links);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        threads.getThreadAllocatedBytes(thread);
        expected = 0;
        long before = threads.getThreadAllocatedBytes(thread);
        long nothing = threads.getThreadAllocatedBytes(thread) - before;
        before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 200; i++) {
            tick(links);
        }
        long allocated = threads.getThreadAllocatedBytes(thread) - before - nothing;
        assertThat(expected).isPositive();
        assertThat(allocated).isLessThanOrEqualTo(expected);
    }

    private void tick(List<CountingLink> links) {
        lab.tick++;
        for (int i = 0; i < walkers.size(); i++) {
            int slot = walkers.get(i);
            // Some rest for a while; all stay about where they are.
            if ((lab.tick / 100 + i) % 4 != 0) {
                float to = (lab.tick + i) % 30 < 15 ? 0.04f : -0.04f;
                lab.entities.move(
                        slot,
                        lab.entities.x(slot) + to,
                        0,
                        lab.entities.z(slot) + to,
                        lab.entities.rotation(slot),
                        lab.tick);
            }
        }
        lab.replication.tick(lab.tick, true);
        for (int i = 0; i < links.size(); i++) {
            if (!links.get(i).reliable && lab.tick % 3 == 0) {
                lab.replication.acknowledged(
                        viewers.get(i),
                        links.get(i).datagrams & 0xffff,
                        -1 << (i % 5),
                        viewers.get(i).states);
            }
        }
    }
}
