package otherworld.instance.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
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
    private static final int CLOSE_BYTES = 4;
    private static final int NORMAL = 1000;
    private static final int POLICY = 1008;

    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final TurnWrites turn = new TurnWrites();
    private final WebSocketLink link =
            new WebSocketLink(
                    socket, "test", turn, () -> {}, new InstanceMetrics(new PrometheusRegistry()));

    @BeforeEach
    void theSocketIsFull() {
        takes(false);
    }

    @AfterEach
    void disconnect() {
        socket.finishAndReleaseAll();
    }

    @Test
    void asManyMessagesAsItsOutboxHoldsMayWaitAndOneMoreEndsIt() {
        for (int i = 0; i < Limits.OUTBOX_MESSAGES; i++) {
            link.send(new byte[] {1});
        }
        assertThat(link.isEnding()).isFalse();
        link.send(new byte[] {1});
        assertThat(link.isEnding()).isTrue();
        socket.runPendingTasks();
        List<byte[]> written = written();
        assertThat(written).as("not after all that waited").hasSize(1);
        assertThat(lastWords(written.getFirst(), POLICY).reason())
                .isEqualTo(GoodbyeReason.TOO_SLOW);
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
            takes(false);
            for (int i = 0; i < Limits.OUTBOX_MESSAGES; i++) {
                link.send(new byte[] {(byte) i});
            }
            link.flush();
            link.turnOver();
            socket.runPendingTasks();
            assertThat(written()).isEmpty();
            takes(true);
            link.run();
            List<byte[]> written = written();
            assertThat(written).as("one write for all").hasSize(1);
            assertThat(written.getFirst()).hasSize(Limits.OUTBOX_MESSAGES * 3); // headers of two
        }
        assertThat(link.isEnding()).isFalse();
    }

    @Test
    void aTurnIsOneWriteAndALongOneSeveralInOrder() {
        takes(true);
        link.send(new byte[200]);
        link.send(new byte[3 * Limits.WRITE_BYTES / 4]);
        link.send(new byte[Limits.WRITE_BYTES / 2]);
        link.flush();
        link.turnOver();
        assertThat(written()).as("the simulation's thread writes nothing").isEmpty();
        socket.runPendingTasks();
        assertThat(written())
                .extracting(bytes -> bytes.length)
                .containsExactly(
                        200 + 4 + 3 * Limits.WRITE_BYTES / 4 + 4, Limits.WRITE_BYTES / 2 + 4);
    }

    @Test
    void whatWasSaidBeforeGoodbyeIsWrittenBeforeIt() {
        takes(true);
        link.send(new byte[] {7});
        link.goodbye(GoodbyeReason.LEFT, 0, "");
        link.send(new byte[] {8});
        link.goodbye(GoodbyeReason.IDLE, 0, "the first one counts");
        socket.runPendingTasks();
        List<byte[]> written = written();
        assertThat(written).hasSize(2);
        assertThat(written.getFirst()).containsExactly(0x82, 1, 7);
        assertThat(lastWords(written.getLast(), NORMAL).reason()).isEqualTo(GoodbyeReason.LEFT);
        link.run();
        assertThat(written()).isEmpty();
    }

    private void takes(boolean more) {
        socket.unsafe().outboundBuffer().setUserDefinedWritability(1, more);
    }

    private List<byte[]> written() {
        List<byte[]> written = new ArrayList<>();
        for (ByteBuf next = socket.readOutbound(); next != null; next = socket.readOutbound()) {
            byte[] bytes = new byte[next.readableBytes()];
            next.readBytes(bytes).release();
            written.add(bytes);
        }
        return written;
    }

    private static Goodbye lastWords(byte[] frames, int code) {
        int header = frames[1] == 126 ? 4 : 2;
        int length = frames.length - header - CLOSE_BYTES;
        assertThat((frames[frames.length - 2] & 0xff) << 8 | (frames[frames.length - 1] & 0xff))
                .isEqualTo(code);
        try {
            return (Goodbye) Messages.decodeServer(frames, header, length);
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }
}
