package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static otherworld.webrtc.sctp.AssociationState.ENDED;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_ACK_SENT;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_PENDING;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_RECEIVED;
import static otherworld.webrtc.sctp.AssociationState.SHUTDOWN_SENT;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The graceful end (RFC 9260 section 9.2), packet by packet. */
class ShutdownTest {
    private static final long MS_NS = 1_000_000;
    private static final int WHOLE = Protocol.FLAG_BEGIN | Protocol.FLAG_END;

    private final RawPeer raw = new RawPeer();

    private List<byte[]> shutdown() {
        raw.network.record();
        raw.other.association.shutdown(raw.network.nowNs());
        raw.other.flush(raw.network.nowNs());
        return List.copyOf(raw.network.sent());
    }

    private static byte[] shutdownChunk(int cumulativeTsn) {
        byte[] body = new byte[4];
        Wire.put32(body, 0, cumulativeTsn);
        return Packets.chunk(Protocol.SHUTDOWN, 0, body);
    }

    @Test
    void whatIsQueuedIsAcknowledgedBeforeShutdownIsSent() {
        raw.queue(1, Delivery.RELIABLE, 10);
        assertThat(RawPeer.find(shutdown(), Protocol.SHUTDOWN)).isEmpty();
        assertThat(raw.other.state()).isEqualTo(SHUTDOWN_PENDING);
        assertThat(raw.other.send(1, Delivery.RELIABLE, new byte[1], 0))
                .isEqualTo(SendOutcome.CLOSED);
        List<byte[]> sent = raw.send(raw.sack(raw.otherTsn, 100_000));
        assertThat(Wire.i32(RawPeer.find(sent, Protocol.SHUTDOWN), 4))
                .isEqualTo(RawPeer.FIRST_TSN - 1);
        assertThat(raw.other.state()).isEqualTo(SHUTDOWN_SENT);
        sent = raw.send(Packets.chunk(Protocol.SHUTDOWN_ACK, 0));
        assertThat(RawPeer.find(sent, Protocol.SHUTDOWN_COMPLETE)).isNotEmpty();
        assertThat(raw.other.ended).isEqualTo(new EndReason.ShutDown());
        assertThat(raw.other.state()).isEqualTo(ENDED);
    }

    @Test
    void aShutdownReceivedIsAnsweredOnceOurOwnDataIsAcknowledged() {
        raw.queue(1, Delivery.RELIABLE, 10);
        raw.flush();
        assertThat(raw.send(shutdownChunk(raw.otherTsn - 1))).isEmpty();
        assertThat(raw.other.state()).isEqualTo(SHUTDOWN_RECEIVED);
        List<byte[]> sent = raw.send(shutdownChunk(raw.otherTsn));
        assertThat(RawPeer.find(sent, Protocol.SHUTDOWN_ACK)).isNotEmpty();
        assertThat(raw.other.state()).isEqualTo(SHUTDOWN_ACK_SENT);
        raw.send(Packets.chunk(Protocol.SHUTDOWN_COMPLETE, 0));
        assertThat(raw.other.ended).isEqualTo(new EndReason.ShutDown());
    }

    @Test
    void anEndThatThePeerDrawsOutIsCutShort() {
        raw.queue(1, Delivery.RELIABLE, 10);
        raw.flush();
        raw.send(shutdownChunk(raw.otherTsn - 1));
        for (int i = 0; i < 60 && raw.other.ended == null; i++) {
            raw.send(raw.sack(raw.otherTsn - 1, 0));
            raw.after(1_000 * MS_NS);
        }
        assertThat(raw.other.ended).isInstanceOf(EndReason.AbortedHere.class);
    }

    @Test
    void bothSidesMayShutDownAtOnce() {
        shutdown();
        List<byte[]> sent = raw.send(shutdownChunk(raw.otherTsn - 1));
        assertThat(RawPeer.find(sent, Protocol.SHUTDOWN_ACK)).isNotEmpty();
        sent = raw.send(Packets.chunk(Protocol.SHUTDOWN_ACK, 0));
        assertThat(RawPeer.find(sent, Protocol.SHUTDOWN_COMPLETE)).isNotEmpty();
        assertThat(raw.other.ended).isEqualTo(new EndReason.ShutDown());
    }

    @Test
    void aLostShutdownIsSentAgainUntilThePeerIsGivenUp() {
        shutdown();
        assertThat(RawPeer.find(raw.after(501 * MS_NS), Protocol.SHUTDOWN)).isNotEmpty();
        raw.after(60_000 * MS_NS);
        assertThat(raw.other.ended).isNotNull();
    }

    @Test
    void dataThatStillComesIsAcknowledgedAndShutdownRepeated() {
        shutdown();
        List<byte[]> sent = raw.send(Packets.data(RawPeer.FIRST_TSN, 1, 0, WHOLE, (byte) 1));
        assertThat(raw.other.messages).hasSize(1);
        assertThat(RawPeer.find(sent, Protocol.SACK)).isNotEmpty();
        assertThat(Wire.i32(RawPeer.find(sent, Protocol.SHUTDOWN), 4)).isEqualTo(RawPeer.FIRST_TSN);
    }

    @Test
    void anInitWhileWaitingForTheEndGetsTheShutdownAckAgain() {
        raw.send(shutdownChunk(raw.otherTsn - 1));
        assertThat(raw.other.state()).isEqualTo(SHUTDOWN_ACK_SENT);
        List<byte[]> sent = raw.give(Packets.init(5, 5));
        assertThat(RawPeer.find(sent, Protocol.SHUTDOWN_ACK)).isNotEmpty();
        assertThat(RawPeer.find(sent, Protocol.INIT_ACK)).isEmpty();
    }

    @Test
    void aShutdownAckAfterTheEndIsCompletedAgain() {
        shutdown();
        raw.send(Packets.chunk(Protocol.SHUTDOWN_ACK, 0));
        List<byte[]> sent = raw.send(Packets.chunk(Protocol.SHUTDOWN_ACK, 0));
        assertThat(sent.getFirst()[12]).isEqualTo((byte) Protocol.SHUTDOWN_COMPLETE);
        assertThat(sent.getFirst()[13]).isEqualTo((byte) Protocol.FLAG_REFLECTED);
    }

    @Test
    void shutdownCompleteIsTakenOnlyWhenAwaited() {
        raw.send(Packets.chunk(Protocol.SHUTDOWN_COMPLETE, 0));
        assertThat(raw.other.ended).isNull();
    }
}
