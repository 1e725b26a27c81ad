package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static otherworld.webrtc.sctp.AssociationState.CLOSED;
import static otherworld.webrtc.sctp.AssociationState.COOKIE_WAIT;
import static otherworld.webrtc.sctp.AssociationState.ENDED;
import static otherworld.webrtc.sctp.AssociationState.ESTABLISHED;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Which packets and chunks are taken, answered or dropped (RFC 9260 sections 3.2, 6.8, 8.4, 8.5).
 */
class PacketRulesTest {
    private static final byte[] DATA =
            Packets.data(
                    RawPeer.FIRST_TSN, 0, 0, Protocol.FLAG_BEGIN | Protocol.FLAG_END, (byte) 1);

    private final RawPeer raw = new RawPeer();

    @Test
    void aDamagedPacketIsDropped() {
        byte[] packet = Packets.packet(raw.tag, DATA);
        packet[packet.length - 4] ^= 1;
        assertThat(raw.give(packet)).isEmpty();
        assertThat(raw.other.messages).isEmpty();
        assertThat(raw.other.association.statistics().packetsRefused()).isEqualTo(1);
    }

    @Test
    void theChecksumIsTheOneThatTheStandardShows() {
        // CRC32c of 32 zero bytes, RFC 3720 appendix B.4; in the packet its least significant byte
        // comes first.
        CRC32C crc = new CRC32C();
        crc.update(new byte[32]);
        assertThat((int) crc.getValue()).isEqualTo(0x8A9136AA);
        byte[] sent = raw.send(DATA, DATA).getFirst();
        assertThat(Packets.seal(sent.clone())).isEqualTo(sent);
    }

    @Test
    void aPacketForAnotherPortIsDropped() {
        byte[] packet = Packets.packet(raw.tag, DATA);
        Wire.put16(packet, 2, 5001);
        assertThat(raw.give(Packets.seal(packet))).isEmpty();
        assertThat(raw.other.messages).isEmpty();
    }

    @Test
    void aPacketWithAWrongTagIsDroppedInSilence() {
        assertThat(raw.give(Packets.packet(raw.tag + 1, DATA))).isEmpty();
        assertThat(raw.other.messages).isEmpty();
        assertThat(raw.other.state()).isEqualTo(ESTABLISHED);
    }

    @Test
    void anInitIsTakenAloneAndWithTagZeroOnly() {
        byte[] init = Packets.initChunk(Protocol.INIT, 5, 5);
        assertThat(raw.give(Packets.packet(0, init, init))).isEmpty();
        assertThat(raw.give(Packets.packet(raw.tag, init))).isEmpty();
        assertThat(raw.give(Packets.packet(0, init))).hasSize(1);
    }

    @Test
    void anInitWithoutTagIsDroppedAndOneWithoutStreamsOrWindowIsRefused() {
        assertThat(raw.give(Packets.init(0, 5))).isEmpty();
        for (int field : new int[] {8, 12, 14}) { // window, streams out, streams in
            byte[] init = Packets.initChunk(Protocol.INIT, 5, 5);
            Wire.put16(init, field, 0);
            Wire.put16(init, field == 8 ? 10 : field, 0);
            List<byte[]> answer = raw.give(Packets.packet(0, init));
            assertThat(RawPeer.find(answer, Protocol.ABORT)).isNotEmpty();
            assertThat(Wire.i32(answer.getFirst(), 4)).isEqualTo(5);
        }
        assertThat(raw.other.state()).isEqualTo(ESTABLISHED);
    }

    @Test
    void aHostNameAddressIsRefused() {
        byte[] hostName = {0, 11, 0, 8, 'h', 'o', 's', 't'};
        List<byte[]> answer = raw.give(Packets.init(5, 5, hostName));
        byte[] abort = RawPeer.find(answer, Protocol.ABORT);
        assertThat(Wire.u16(abort, 4)).isEqualTo(Protocol.CAUSE_UNRESOLVABLE_ADDRESS);
    }

    @Test
    void unknownParametersAreSkippedStoppedAtAndReportedAsTheirTypeSays() {
        byte[] skipAndReport = {(byte) 0xC1, 1, 0, 4};
        byte[] stop = {0x01, 1, 0, 4, (byte) 0xC0, 0, 0, 4};
        byte[] reported = initAck(skipAndReport);
        InitChunk read = InitChunk.read(reported, 0, reported.length);
        assertThat(read.cookie()).isNotNull();
        assertThat(contains(reported, new byte[] {0, 8, 0, 8, (byte) 0xC1, 1, 0, 4})).isTrue();
        InitChunk stopped = InitChunk.read(Packets.initChunk(1, 5, 5, stop), 0, 20 + 8);
        assertThat(stopped.forwardTsn()).isFalse();
        byte[] skipped = {(byte) 0x81, 1, 0, 4, (byte) 0xC0, 0, 0, 4};
        InitChunk on = InitChunk.read(Packets.initChunk(1, 5, 5, skipped), 0, 20 + 8);
        assertThat(on.forwardTsn()).isTrue();
        assertThat(on.unrecognized()).isEmpty();
    }

    private byte[] initAck(byte[] parameters) {
        return RawPeer.find(raw.give(Packets.init(5, 5, parameters)), Protocol.INIT_ACK);
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void unknownChunksAreSkippedStoppedAtAndReportedAsTheirTypeSays() {
        for (int upper = 0; upper < 4; upper++) {
            RawPeer one = new RawPeer();
            List<byte[]> answer = one.send(Packets.chunk(upper << 6 | 0x3e, 0, (byte) 9), DATA);
            boolean goesOn = upper >= 2;
            boolean reports = upper == 1 || upper == 3;
            assertThat(one.other.messages).as("upper bits %d", upper).hasSize(goesOn ? 1 : 0);
            byte[] error = RawPeer.find(answer, Protocol.ERROR);
            assertThat(error.length > 0).as("upper bits %d", upper).isEqualTo(reports);
            if (reports) {
                assertThat(Wire.u16(error, 4)).isEqualTo(Protocol.CAUSE_UNRECOGNIZED_CHUNK);
            }
        }
    }

    @Test
    void aChunkThatReachesBeyondItsPacketEndsThePacket() {
        byte[] packet = Packets.packet(raw.tag, DATA, DATA);
        Wire.put16(packet, 14, 100);
        raw.give(Packets.seal(packet));
        assertThat(raw.other.messages).isEmpty();
        assertThat(raw.other.state()).isEqualTo(ESTABLISHED);
    }

    @Test
    void whoHasNoAssociationIsToldSoUnderTheTagItUsed() {
        SimulatedNetwork network = new SimulatedNetwork(new Random(1));
        TestPeer idle = new TestPeer(SctpSettings.DEFAULT, network, 0, 1);
        network.record();
        byte[] stray = Packets.packet(4711, DATA);
        idle.receive(stray, 0, stray.length, network.nowNs());
        byte[] abort = network.sent().getFirst();
        assertThat(abort[12]).isEqualTo((byte) Protocol.ABORT);
        assertThat(abort[13]).isEqualTo((byte) Protocol.FLAG_REFLECTED);
        assertThat(Wire.i32(abort, 4)).isEqualTo(4711);
        network.record();
        stray = Packets.packet(4711, Packets.chunk(Protocol.SHUTDOWN_ACK, 0));
        idle.receive(stray, 0, stray.length, network.nowNs());
        assertThat(network.sent().getFirst()[12]).isEqualTo((byte) Protocol.SHUTDOWN_COMPLETE);
        network.record();
        for (int type : new int[] {Protocol.ABORT, Protocol.SHUTDOWN_COMPLETE, Protocol.ERROR}) {
            stray = Packets.packet(4711, Packets.chunk(type, 0));
            idle.receive(stray, 0, stray.length, network.nowNs());
        }
        assertThat(network.sent()).isEmpty();
        assertThat(idle.state()).isEqualTo(CLOSED);
    }

    @Test
    void anAbortEndsAtOnceUnderOurTagOrReflectedUnderTheirs() {
        raw.give(Packets.packet(raw.tag, Packets.chunk(Protocol.ABORT, Protocol.FLAG_REFLECTED)));
        assertThat(raw.other.state()).isEqualTo(ESTABLISHED);
        raw.give(Packets.packet(RawPeer.TAG, Packets.chunk(Protocol.ABORT, 0)));
        assertThat(raw.other.state()).isEqualTo(ESTABLISHED);
        raw.give(
                Packets.packet(
                        RawPeer.TAG, Packets.chunk(Protocol.ABORT, Protocol.FLAG_REFLECTED)));
        assertThat(raw.other.state()).isEqualTo(ENDED);
        RawPeer again = new RawPeer();
        byte[] cause = {0, 12, 0, 7, 'b', 'y', 'e'};
        again.send(Packets.chunk(Protocol.ABORT, 0, cause));
        assertThat(again.other.ended).isEqualTo(new EndReason.AbortedByPeer("cause 12: bye"));
    }

    @Test
    void anAbortHereTellsThePeerWhy() {
        raw.network.record();
        raw.other.association.abort("enough", raw.network.nowNs());
        byte[] abort = RawPeer.find(raw.network.sent(), Protocol.ABORT);
        assertThat(Causes.describe(abort, 0, abort.length)).isEqualTo("cause 12: enough");
        assertThat(raw.other.ended).isEqualTo(new EndReason.AbortedHere("enough"));
        raw.queue(0, Delivery.RELIABLE, 1);
        assertThat(raw.flush()).isEmpty();
    }

    @Test
    void anInitAckThatIsNotAwaitedIsDropped() {
        raw.send(Packets.initChunk(Protocol.INIT_ACK, 5, 5));
        assertThat(raw.other.state()).isEqualTo(ESTABLISHED);
    }

    @Test
    void anInitAckWithoutACookieEndsTheAttempt() {
        SimulatedNetwork network = new SimulatedNetwork(new Random(1));
        TestPeer peer = new TestPeer(SctpSettings.DEFAULT, network, 0, 1);
        peer.association.connect(network.nowNs());
        assertThat(peer.state()).isEqualTo(COOKIE_WAIT);
        int tag = peer.association.handshake().localTag();
        byte[] ack = Packets.packet(tag, Packets.initChunk(Protocol.INIT_ACK, 5, 5));
        network.record();
        peer.receive(ack, 0, ack.length, network.nowNs());
        assertThat(peer.ended).isInstanceOf(EndReason.ProtocolViolation.class);
        assertThat(network.sent().getFirst()[12]).isEqualTo((byte) Protocol.ABORT);
    }

    @Test
    void aCookieThatDoesNotFitIntoAPacketEndsTheAttempt() {
        for (int bytes : new int[] {1160 - 12 - 4, 1160 - 12 - 4 + 1}) {
            SimulatedNetwork network = new SimulatedNetwork(new Random(1));
            TestPeer peer = new TestPeer(SctpSettings.DEFAULT, network, 0, 1);
            peer.association.connect(network.nowNs());
            int tag = peer.association.handshake().localTag();
            byte[] cookie = new byte[4 + bytes];
            Wire.put16(cookie, 0, Protocol.STATE_COOKIE);
            Wire.put16(cookie, 2, cookie.length);
            byte[] ack = Packets.packet(tag, Packets.initChunk(Protocol.INIT_ACK, 5, 5, cookie));
            network.record();
            peer.receive(ack, 0, ack.length, network.nowNs());
            boolean fits = bytes == 1160 - 12 - 4;
            assertThat(peer.ended == null).isEqualTo(fits);
            assertThat((int) network.sent().getFirst()[12])
                    .isEqualTo(fits ? Protocol.COOKIE_ECHO : Protocol.ABORT);
        }
    }

    @Test
    void aHeartbeatComesBackAsItWas() {
        byte[] info = {0, 1, 0, 9, 1, 2, 3, 4, 5};
        List<byte[]> answer = raw.send(Packets.chunk(Protocol.HEARTBEAT, 0, info));
        assertThat(RawPeer.find(answer, Protocol.HEARTBEAT_ACK))
                .isEqualTo(Packets.chunk(Protocol.HEARTBEAT_ACK, 0, info));
    }

    @Test
    void anIdlePeerIsProbedAndOneThatNeverAnswersIsGivenUp() {
        List<byte[]> sent = raw.after(40_000_000_000L);
        assertThat(RawPeer.find(sent, Protocol.HEARTBEAT)).isNotEmpty();
        raw.after(1_000_000_000_000L);
        assertThat(raw.other.ended).isInstanceOf(EndReason.TimedOut.class);
    }

    @Test
    void aPeerThatAnswersProbesIsKept() {
        for (int i = 0; i < 30; i++) {
            byte[] probe = RawPeer.find(raw.after(40_000_000_000L), Protocol.HEARTBEAT);
            if (probe.length > 0) {
                probe[0] = Protocol.HEARTBEAT_ACK;
                raw.send(probe);
            }
        }
        assertThat(raw.other.state()).isEqualTo(ESTABLISHED);
    }

    @Test
    void answersThatCostAreGivenSoOftenAndNoOftener() {
        byte[] heartbeat = Packets.chunk(Protocol.HEARTBEAT, 0, new byte[800]);
        int answers = 0;
        for (int i = 0; i < 500; i++) {
            answers += raw.send(heartbeat).size();
        }
        for (int i = 0; i < 500; i++) {
            answers += raw.give(Packets.init(i + 1, 1)).size();
        }
        assertThat(answers).isLessThanOrEqualTo(ReplyBudget.BURST);
        raw.after(ReplyBudget.PER_REPLY_NS * 2);
        assertThat(raw.send(heartbeat)).hasSize(1);
        assertThat(raw.other.association.statistics().repliesSuppressed()).isGreaterThan(900);
    }
}
