package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Closing streams (RFC 6525 as RFC 8831 section 6.7 uses it), packet by packet. */
class StreamResetTest {
    private static final long MS_NS = 1_000_000;
    private static final int WHOLE = Protocol.FLAG_BEGIN | Protocol.FLAG_END;

    private final RawPeer raw = new RawPeer();

    private static byte[] request(int sequence, int lastTsn, int... streams) {
        byte[] body = new byte[16 + 2 * streams.length];
        Wire.put16(body, 0, Protocol.OUTGOING_RESET);
        Wire.put16(body, 2, body.length);
        Wire.put32(body, 4, sequence);
        Wire.put32(body, 12, lastTsn);
        for (int i = 0; i < streams.length; i++) {
            Wire.put16(body, 16 + 2 * i, streams[i]);
        }
        return Packets.chunk(Protocol.RE_CONFIG, 0, body);
    }

    private static byte[] response(int sequence, int result) {
        byte[] body = new byte[12];
        Wire.put16(body, 0, Protocol.RECONFIG_RESPONSE);
        Wire.put16(body, 2, 12);
        Wire.put32(body, 4, sequence);
        Wire.put32(body, 8, result);
        return Packets.chunk(Protocol.RE_CONFIG, 0, body);
    }

    private static int result(List<byte[]> answer) {
        return Wire.i32(RawPeer.find(answer, Protocol.RE_CONFIG), 12);
    }

    private byte[] asked(List<byte[]> sent) {
        return RawPeer.find(sent, Protocol.RE_CONFIG);
    }

    @Test
    void aStreamIsResetAfterWhatIsQueuedOnItGotATsn() {
        raw.queue(3, Delivery.RELIABLE, 6_000);
        raw.other.association.resetStream(3);
        assertThat(raw.other.send(3, Delivery.RELIABLE, new byte[1], 0))
                .isEqualTo(SendOutcome.CLOSED);
        assertThat(asked(raw.flush())).as("the window holds a part back").isEmpty();
        byte[] asked = asked(raw.send(raw.sack(raw.otherTsn + 3, 100_000)));
        assertThat(Wire.u16(asked, 4)).isEqualTo(Protocol.OUTGOING_RESET);
        assertThat(Wire.i32(asked, 8)).as("its number").isEqualTo(raw.otherTsn);
        assertThat(Wire.i32(asked, 16)).as("last TSN").isEqualTo(raw.otherTsn + 5);
        assertThat(Wire.u16(asked, 20)).isEqualTo(3);
        raw.send(response(raw.otherTsn, Protocol.RESULT_PERFORMED));
        assertThat(raw.other.outgoingResets).containsExactly(3);
        raw.send(raw.sack(raw.otherTsn + 5, 100_000));
        raw.queue(3, Delivery.RELIABLE, 10);
        byte[] data = RawPeer.find(raw.flush(), Protocol.DATA);
        assertThat(Wire.u16(data, 10)).as("it begins anew").isZero();
    }

    @Test
    void aRequestThatIsLostIsSentAgainUnchanged() {
        raw.other.association.resetStream(3);
        byte[] first = asked(raw.flush());
        assertThat(asked(raw.after(501 * MS_NS))).isEqualTo(first);
    }

    @Test
    void aRequestInProgressIsAskedAgainUnderANewNumber() {
        raw.other.association.resetStream(3);
        raw.flush();
        raw.send(response(raw.otherTsn, Protocol.RESULT_IN_PROGRESS));
        byte[] again = asked(raw.after(501 * MS_NS));
        assertThat(Wire.i32(again, 8)).isEqualTo(raw.otherTsn + 1);
        raw.send(response(raw.otherTsn, Protocol.RESULT_PERFORMED));
        assertThat(raw.other.outgoingResets).as("an old number").isEmpty();
        raw.send(response(raw.otherTsn + 1, Protocol.RESULT_NOTHING_TO_DO));
        assertThat(raw.other.outgoingResets).containsExactly(3);
    }

    @Test
    void oneRequestIsOutAtATimeAndTakesManyStreams() {
        for (int stream = 0; stream < 5; stream++) {
            raw.other.association.resetStream(stream);
        }
        assertThat(asked(raw.flush())).hasSize(20 + 10);
        raw.other.association.resetStream(9);
        assertThat(asked(raw.flush())).isEmpty();
        byte[] next = asked(raw.send(response(raw.otherTsn, Protocol.RESULT_PERFORMED)));
        assertThat(Wire.u16(next, 20)).isEqualTo(9);
    }

    @Test
    void aRefusedResetIsToldAsSuch() {
        raw.other.association.resetStream(3);
        raw.flush();
        raw.send(response(raw.otherTsn, Protocol.RESULT_DENIED));
        assertThat(raw.other.outgoingResets).containsExactly(-1 - 3);
    }

    @Test
    void thePeersResetIsPerformedOnceAndItsRepetitionAnsweredAlike() {
        raw.send(Packets.data(RawPeer.FIRST_TSN, 3, 0, WHOLE, (byte) 1));
        byte[] request = request(RawPeer.FIRST_TSN, RawPeer.FIRST_TSN, 3);
        assertThat(result(raw.send(request))).isEqualTo(Protocol.RESULT_PERFORMED);
        assertThat(result(raw.send(request))).isEqualTo(Protocol.RESULT_PERFORMED);
        assertThat(raw.other.incomingResets).containsExactly(3);
        raw.send(Packets.data(RawPeer.FIRST_TSN + 1, 3, 0, WHOLE, (byte) 2));
        assertThat(raw.other.messages).as("sequence number 0 again").hasSize(2);
    }

    @Test
    void thePeersResetWaitsForItsLastData() {
        byte[] request = request(RawPeer.FIRST_TSN, RawPeer.FIRST_TSN, 3);
        assertThat(result(raw.send(request))).isEqualTo(Protocol.RESULT_IN_PROGRESS);
        assertThat(raw.other.incomingResets).isEmpty();
        raw.send(Packets.data(RawPeer.FIRST_TSN, 3, 0, WHOLE, (byte) 1));
        assertThat(raw.other.messages).hasSize(1);
        assertThat(raw.other.incomingResets).containsExactly(3);
        assertThat(result(raw.send(request))).isEqualTo(Protocol.RESULT_PERFORMED);
    }

    @Test
    void aNumberOutOfTurnIsRefused() {
        byte[] request = request(RawPeer.FIRST_TSN + 7, RawPeer.FIRST_TSN - 1, 3);
        assertThat(result(raw.send(request))).isEqualTo(Protocol.RESULT_BAD_SEQUENCE);
        assertThat(raw.other.incomingResets).isEmpty();
    }

    @Test
    void otherRequestsAreDeniedAndCounted() {
        byte[] add = request(RawPeer.FIRST_TSN, 0);
        Wire.put16(add, 4, 17);
        assertThat(result(raw.send(add))).isEqualTo(Protocol.RESULT_DENIED);
        byte[] request = request(RawPeer.FIRST_TSN + 1, RawPeer.FIRST_TSN - 1, 3);
        assertThat(result(raw.send(request))).isEqualTo(Protocol.RESULT_PERFORMED);
    }

    @Test
    void aPeerWithoutReconfigIsNotAsked() {
        RawPeer plain = new RawPeer(SctpSettings.DEFAULT);
        plain.other.association.resetStream(3);
        assertThat(asked(plain.flush())).isEmpty();
        assertThat(plain.other.outgoingResets).containsExactly(-1 - 3);
    }
}
