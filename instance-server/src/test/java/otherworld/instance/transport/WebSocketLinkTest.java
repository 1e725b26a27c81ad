package otherworld.instance.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;

/** What waits for a client that does not read: its socket takes nothing more until it does. */
class WebSocketLinkTest {
    private final CountDownLatch reads = new CountDownLatch(1);
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch connected = new CountDownLatch(1);
    private final List<byte[]> written = new CopyOnWriteArrayList<>();
    private final Thread reader =
            Thread.ofVirtual().start(() -> awaitQuietly(connected)); // of the client's frames
    private final WebSocketLink link =
            new WebSocketLink(
                    new Socket(), "test", reader, new InstanceMetrics(new PrometheusRegistry()));

    /** Full buffers: a write returns when the client reads. */
    private final class Socket implements DataWriter {
        @Override
        public void write(BufferData... buffers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(BufferData buffer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void writeNow(BufferData... buffers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void writeNow(BufferData buffer) {
            writing.countDown();
            awaitQuietly(reads);
            written.add(buffer.readBytes());
        }
    }

    /** One message is stuck on its way, and the outbox is empty. */
    @BeforeEach
    void fillTheBuffers() {
        link.start();
        link.send(new byte[] {0});
        link.flush();
        awaitQuietly(writing);
    }

    @AfterEach
    void disconnect() {
        reads.countDown();
        connected.countDown();
        link.ended();
    }

    @Test
    void asManyMessagesAsItsOutboxHoldsMayWaitAndOneMoreEndsIt() {
        for (int i = 0; i < Limits.OUTBOX_MESSAGES; i++) {
            link.send(new byte[] {1});
        }
        assertThat(link.isEnding()).isFalse();
        link.send(new byte[] {1});
        assertThat(link.isEnding()).isTrue();
        reads.countDown();
        assertThat(lastWords().reason()).isEqualTo(GoodbyeReason.TOO_SLOW);
        assertThat(written).hasSize(2); // not after all that waited
    }

    @Test
    void asManyBytesMayWaitAndOneMoreEndsIt() {
        link.send(new byte[Limits.OUTBOX_BYTES / 2]);
        link.sendUnreliable(new byte[Limits.OUTBOX_BYTES / 2]);
        assertThat(link.isEnding()).isFalse();
        link.send(new byte[1]);
        assertThat(link.isEnding()).isTrue();
    }

    @Test
    void whoReadsAgainInTimeGetsEverythingAndHasItsOutboxBack() {
        for (int round = 1; round <= 2; round++) {
            for (int i = 0; i < Limits.OUTBOX_MESSAGES; i++) {
                link.send(new byte[] {(byte) i});
            }
            link.flush();
            reads.countDown();
            int bytes = (1 + round * Limits.OUTBOX_MESSAGES) * 3; // a header of two bytes each
            Awaitility.await().until(() -> written.stream().mapToInt(w -> w.length).sum() == bytes);
        }
        assertThat(link.isEnding()).isFalse();
    }

    private Goodbye lastWords() {
        Awaitility.await().until(() -> written.size() > 1);
        byte[] frames = written.getLast();
        int header = frames[1] == 126 ? 4 : 2;
        int length = frames.length - header - Frames.NORMAL_CLOSE.length;
        try {
            return (Goodbye) Messages.decodeServer(frames, header, length);
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
