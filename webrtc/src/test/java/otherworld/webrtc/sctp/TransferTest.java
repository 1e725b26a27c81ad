package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static otherworld.webrtc.sctp.Protocol.FLAG_BEGIN;
import static otherworld.webrtc.sctp.Protocol.FLAG_END;
import static otherworld.webrtc.sctp.Protocol.FLAG_UNORDERED;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** DATA and SACK, packet by packet (RFC 9260 sections 6 and 7, RFC 3758). */
class TransferTest {
    private static final int WHOLE = FLAG_BEGIN | FLAG_END;
    private static final long MS_NS = 1_000_000;
    private static final int FULL = 1160 - 12 - 16;
    private static final Delivery ONCE = new Delivery(true, 0, Delivery.UNLIMITED);

    private final RawPeer raw = new RawPeer();

    private byte[] data(int tsn, int ssn, int flags) {
        return Packets.data(RawPeer.FIRST_TSN + tsn, 1, ssn, flags, (byte) tsn);
    }

    @Test
    void everySecondPacketIsAcknowledgedAtOnceAndASingleOneAfterTheDelay() {
        assertThat(raw.send(data(0, 0, WHOLE))).isEmpty();
        byte[] sack = RawPeer.find(raw.send(data(1, 1, WHOLE)), Protocol.SACK);
        assertThat(Wire.i32(sack, 4)).isEqualTo(RawPeer.FIRST_TSN + 1);
        assertThat(raw.send(data(2, 2, WHOLE))).isEmpty();
        assertThat(raw.after(59 * MS_NS)).isEmpty();
        sack = RawPeer.find(raw.after(2 * MS_NS), Protocol.SACK);
        assertThat(Wire.i32(sack, 4)).isEqualTo(RawPeer.FIRST_TSN + 2);
    }

    @Test
    void anAcknowledgementThatWaitsGoesWithTheNextData() {
        assertThat(raw.send(data(0, 0, WHOLE))).isEmpty();
        raw.queue(1, Delivery.RELIABLE, 200);
        List<byte[]> packets = raw.flush();
        assertThat(packets).hasSize(1);
        List<byte[]> chunks = RawPeer.chunks(packets.getFirst());
        assertThat(chunks).hasSize(2);
        assertThat(chunks.getFirst()[0]).isEqualTo((byte) Protocol.SACK);
        assertThat(chunks.getLast()[0]).isEqualTo((byte) Protocol.DATA);
        assertThat(raw.after(70 * MS_NS)).as("and not again").isEmpty();
    }

    @Test
    void gapsAndDuplicatesAreReportedAtOnce() {
        byte[] sack = RawPeer.find(raw.send(data(2, 2, WHOLE)), Protocol.SACK);
        assertThat(Wire.i32(sack, 4)).isEqualTo(RawPeer.FIRST_TSN - 1);
        assertThat(Wire.u16(sack, 12)).isEqualTo(1);
        assertThat(Wire.u16(sack, 16)).isEqualTo(3);
        assertThat(Wire.u16(sack, 18)).isEqualTo(3);
        sack = RawPeer.find(raw.send(data(2, 2, WHOLE)), Protocol.SACK);
        assertThat(Wire.u16(sack, 14)).isEqualTo(1);
        assertThat(Wire.i32(sack, 20)).isEqualTo(RawPeer.FIRST_TSN + 2);
    }

    @Test
    void aChunkThatAsksForItIsAcknowledgedAtOnce() {
        List<byte[]> answer = raw.send(data(0, 0, WHOLE | Protocol.FLAG_IMMEDIATE));
        assertThat(RawPeer.find(answer, Protocol.SACK)).isNotEmpty();
    }

    @Test
    void orderedMessagesWaitForThoseBeforeThemUnorderedOnesDoNot() {
        raw.send(data(1, 1, WHOLE));
        assertThat(raw.other.messages).isEmpty();
        raw.send(data(2, 0, WHOLE | FLAG_UNORDERED));
        assertThat(raw.other.messages).hasSize(1);
        raw.send(data(0, 0, WHOLE));
        assertThat(raw.other.messages).extracting(m -> (int) m.data()[0]).containsExactly(2, 0, 1);
    }

    @Test
    void fragmentsInAnyOrderBecomeTheMessage() {
        raw.send(data(2, 0, FLAG_END));
        raw.send(data(0, 0, FLAG_BEGIN));
        raw.send(data(1, 0, 0));
        assertThat(raw.other.messages).hasSize(1);
        assertThat(raw.other.messages.getFirst().data()).containsExactly(0, 1, 2);
        assertThat(raw.other.association.heldBytes()).isZero();
    }

    @Test
    void fragmentsThatDoNotBelongTogetherEndTheAssociation() {
        raw.send(data(0, 0, FLAG_BEGIN));
        List<byte[]> answer = raw.send(Packets.data(RawPeer.FIRST_TSN + 1, 2, 0, 0, (byte) 1));
        byte[] abort = RawPeer.find(answer, Protocol.ABORT);
        assertThat(Wire.u16(abort, 4)).isEqualTo(Protocol.CAUSE_PROTOCOL_VIOLATION);
        assertThat(raw.other.ended).isInstanceOf(EndReason.ProtocolViolation.class);
    }

    @Test
    void dataWithoutUserDataEndsTheAssociation() {
        byte[] abort =
                RawPeer.find(
                        raw.send(Packets.data(RawPeer.FIRST_TSN, 1, 0, WHOLE)), Protocol.ABORT);
        assertThat(Wire.u16(abort, 4)).isEqualTo(Protocol.CAUSE_NO_USER_DATA);
    }

    @Test
    void dataOfAStreamThatDoesNotExistIsReportedAndAcknowledged() {
        byte[] beyond = Packets.data(RawPeer.FIRST_TSN, 1024, 0, WHOLE, (byte) 1);
        byte[] error = RawPeer.find(raw.send(beyond), Protocol.ERROR);
        assertThat(Wire.u16(error, 4)).isEqualTo(Protocol.CAUSE_INVALID_STREAM);
        byte[] sack = RawPeer.find(raw.send(data(1, 0, WHOLE)), Protocol.SACK);
        assertThat(Wire.i32(sack, 4)).isEqualTo(RawPeer.FIRST_TSN + 1);
    }

    @Test
    void aMessageBeyondTheLimitEndsTheAssociation() {
        SctpSettings small = small(2_000, 16_384);
        for (int last = 1; last <= 2; last++) {
            RawPeer one = new RawPeer(small, RawPeer.EXTENSIONS);
            byte[] part = new byte[1_000];
            int tsn = RawPeer.FIRST_TSN;
            one.send(Packets.data(tsn, 1, 0, FLAG_BEGIN, part));
            for (int i = 1; i < last; i++) {
                one.send(Packets.data(tsn + i, 1, 0, 0, part));
            }
            one.send(Packets.data(tsn + last, 1, 0, FLAG_END, part));
            assertThat(one.other.ended != null).isEqualTo(last == 2);
            assertThat(one.other.messages).hasSize(last == 2 ? 0 : 1);
        }
    }

    @Test
    void aheadOfAGapNoMoreIsHeldThanTheWindowAndTheGapsChunkIsAlwaysTaken() {
        RawPeer one = new RawPeer(small(2_000, 16_384), RawPeer.EXTENSIONS);
        byte[] part = new byte[1_000];
        int window = Integer.MAX_VALUE;
        for (int i = 1; i < 60; i++) {
            List<byte[]> answer = one.send(Packets.data(RawPeer.FIRST_TSN + i, 1, i, WHOLE, part));
            byte[] sack = RawPeer.find(answer, Protocol.SACK);
            assertThat(Wire.i32(sack, 8)).isLessThanOrEqualTo(window);
            window = Wire.i32(sack, 8);
        }
        assertThat(window).isZero();
        assertThat(one.other.association.heldBytes()).isLessThanOrEqualTo(16_384);
        byte[] sack =
                RawPeer.find(
                        one.send(Packets.data(RawPeer.FIRST_TSN, 1, 0, WHOLE, part)),
                        Protocol.SACK);
        assertThat(one.other.messages).hasSize(16);
        assertThat(sack).as("at once: it opens the window").isNotEmpty();
        assertThat(Wire.i32(sack, 8)).as("the window opens again").isEqualTo(16_384);
    }

    @Test
    void aLargeMessageIsFragmentedSmallOnesShareAPacket() {
        raw.queue(1, Delivery.RELIABLE, 3_000);
        List<byte[]> sent = raw.flush();
        assertThat(sent).hasSize(3);
        assertThat(sent).allSatisfy(p -> assertThat(p.length).isLessThanOrEqualTo(1160));
        assertThat(sent.stream().map(p -> p[13] & 3)).containsExactly(FLAG_BEGIN, 0, FLAG_END);
        raw.send(raw.sack(raw.otherTsn + 2, 100_000));
        for (int i = 0; i < 10; i++) {
            raw.queue(1, Delivery.RELIABLE, 50);
        }
        assertThat(raw.flush()).hasSize(1);
    }

    @Test
    void theWindowBeginsAtFourKilobytesAndGrowsByWhatIsAcknowledged() {
        for (int i = 0; i < 40; i++) {
            raw.queue(1, Delivery.RELIABLE, FULL);
        }
        // 4,404 bytes: with the chunk that passes it, four.
        assertThat(raw.tsns(raw.flush())).containsExactly(0, 1, 2, 3);
        List<byte[]> more = raw.send(raw.sack(raw.otherTsn + 1, 100_000));
        assertThat(raw.tsns(more)).as("two acknowledged, and one more").hasSize(3);
    }

    @Test
    void aBurstIsBoundedHoweverLargeTheWindow() {
        for (int i = 0; i < 300; i++) {
            raw.queue(1, Delivery.RELIABLE, FULL);
        }
        List<byte[]> sent = raw.flush();
        int acknowledged = -1;
        for (int round = 0; round < 30; round++) {
            acknowledged += sent.size();
            sent = raw.send(raw.sack(raw.otherTsn + acknowledged, 1_000_000));
            assertThat(sent.size()).isLessThanOrEqualTo(SctpSettings.DEFAULT.maxBurstPackets());
        }
        assertThat(sent).hasSize(SctpSettings.DEFAULT.maxBurstPackets());
    }

    @Test
    void aChunkReportedMissingThreeTimesIsSentAgainAtOnceAndTheWindowHalves() {
        for (int i = 0; i < 4; i++) {
            raw.queue(1, Delivery.RELIABLE, FULL);
        }
        raw.flush();
        assertThat(raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, 2))).isEmpty();
        assertThat(raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, 3))).isEmpty();
        List<byte[]> again = raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, 4));
        assertThat(raw.tsns(again)).containsExactly(0);
        assertThat(raw.other.association.statistics().fastRetransmits()).isEqualTo(1);
        // Reported missing again by what was sent before it, it waits.
        assertThat(raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, 4))).isEmpty();
    }

    @Test
    void aRetransmissionThatIsLostTooIsSentAgainWhenThreeThatWereSentAfterItHaveArrived() {
        for (int i = 0; i < 4; i++) {
            raw.queue(1, Delivery.RELIABLE, FULL);
        }
        raw.flush();
        for (int last = 2; last <= 4; last++) {
            raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, last));
        }
        for (int times = 1, last = 4; times <= 3; times++, last += 3) {
            for (int i = 0; i < 3; i++) {
                raw.queue(1, Delivery.RELIABLE, 100);
                raw.flush();
            }
            assertThat(raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, last + 1))).isEmpty();
            assertThat(raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, last + 2))).isEmpty();
            List<byte[]> again = raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, last + 3));
            assertThat(raw.tsns(again)).as("the %d. time", times + 1).containsExactly(0);
        }
        assertThat(raw.other.association.statistics().timeouts()).isZero();
    }

    @Test
    void theTimerDoublesFromItsFirstValueToItsLimit() {
        raw.queue(1, Delivery.RELIABLE, 10);
        raw.flush();
        assertThat(raw.after(249 * MS_NS)).isEmpty();
        assertThat(raw.tsns(raw.after(2 * MS_NS))).containsExactly(0);
        assertThat(raw.after(495 * MS_NS)).isEmpty();
        assertThat(raw.tsns(raw.after(10 * MS_NS))).containsExactly(0);
        assertThat(raw.tsns(raw.after(1_000 * MS_NS))).containsExactly(0);
        assertThat(raw.tsns(raw.after(2_000 * MS_NS))).containsExactly(0);
        assertThat(raw.tsns(raw.after(3_000 * MS_NS))).containsExactly(0);
        assertThat(raw.tsns(raw.after(3_000 * MS_NS))).containsExactly(0);
    }

    @Test
    void theTimerFollowsMeasuredRoundTripsWithinItsBounds() {
        RetransmissionTimeout timeout = new RetransmissionTimeout(SctpSettings.DEFAULT);
        assertThat(timeout.rtoNs()).isEqualTo(250 * MS_NS);
        timeout.measured(200 * MS_NS);
        assertThat(timeout.rtoNs()).as("R + 4 · R/2").isEqualTo(600 * MS_NS);
        timeout.measured(200 * MS_NS);
        assertThat(timeout.rtoNs()).as("variation ¾").isEqualTo(500 * MS_NS);
        for (int i = 0; i < 50; i++) {
            timeout.measured(MS_NS);
        }
        assertThat(timeout.rtoNs()).isEqualTo(250 * MS_NS);
        timeout.measured(60_000 * MS_NS);
        assertThat(timeout.rtoNs()).isEqualTo(3_000 * MS_NS);
    }

    @Test
    void afterATimeoutOnePacketGoesOut() {
        for (int i = 0; i < 4; i++) {
            raw.queue(1, Delivery.RELIABLE, FULL);
        }
        raw.flush();
        assertThat(raw.tsns(raw.after(501 * MS_NS))).containsExactly(0);
    }

    @Test
    void aPeerThatNeverAcknowledgesIsGivenUp() {
        raw.queue(1, Delivery.RELIABLE, 10);
        raw.flush();
        raw.after(60_000 * MS_NS);
        assertThat(raw.other.ended).isInstanceOf(EndReason.TimedOut.class);
        assertThat(raw.other.association.statistics().timeouts())
                .isEqualTo(SctpSettings.DEFAULT.maxRetransmits() + 1);
    }

    @Test
    void intoAClosedWindowOneChunkGoesAsAProbeAndThePeerIsKept() {
        for (int i = 0; i < 3; i++) {
            raw.queue(1, Delivery.RELIABLE, FULL);
        }
        raw.flush();
        raw.queue(1, Delivery.RELIABLE, FULL);
        raw.queue(1, Delivery.RELIABLE, FULL);
        assertThat(raw.tsns(raw.send(raw.sack(raw.otherTsn + 2, 0)))).containsExactly(3);
        for (int i = 0; i < 40; i++) {
            raw.after(4_000 * MS_NS);
            assertThat(raw.send(raw.sack(raw.otherTsn + 2, 0))).isEmpty();
        }
        assertThat(raw.other.ended).isNull();
        assertThat(raw.tsns(raw.send(raw.sack(raw.otherTsn + 3, 100_000)))).containsExactly(4);
    }

    @Test
    void whatAPeerTakesBackIsSentAgain() {
        for (int i = 0; i < 3; i++) {
            raw.queue(1, Delivery.RELIABLE, FULL);
        }
        raw.flush();
        raw.send(raw.sack(raw.otherTsn - 1, 100_000, 2, 3));
        raw.send(raw.sack(raw.otherTsn, 100_000));
        List<byte[]> again = raw.after(3_000 * MS_NS);
        assertThat(raw.tsns(again)).contains(1);
    }

    @Test
    void anAcknowledgementOfWhatWasNeverSentIsIgnored() {
        raw.queue(1, Delivery.RELIABLE, 10);
        raw.flush();
        raw.send(raw.sack(raw.otherTsn + 5, 100_000));
        assertThat(raw.other.association.sender().anyOutstanding()).isTrue();
        raw.send(raw.sack(raw.otherTsn, 100_000));
        assertThat(raw.other.association.sender().anyOutstanding()).isFalse();
    }

    @Test
    void aMessageBeyondItsRetransmitsIsSkippedAndThePeerTold() {
        raw.queue(1, ONCE, 10);
        raw.flush();
        byte[] forward = RawPeer.find(raw.after(501 * MS_NS), Protocol.FORWARD_TSN);
        assertThat(Wire.i32(forward, 4)).isEqualTo(raw.otherTsn);
        assertThat(Wire.u16(forward, 8)).as("stream").isEqualTo(1);
        assertThat(Wire.u16(forward, 10)).as("sequence number").isZero();
        // Lost itself, it is sent again.
        assertThat(RawPeer.find(raw.after(1_001 * MS_NS), Protocol.FORWARD_TSN)).isNotEmpty();
        raw.send(raw.sack(raw.otherTsn, 100_000));
        assertThat(raw.other.association.heldBytes()).isZero();
    }

    @Test
    void aMessagePastItsLifetimeIsNotSentAtAll() {
        raw.queue(1, new Delivery(true, Delivery.UNLIMITED, 50), 10);
        raw.after(60 * MS_NS);
        raw.queue(1, Delivery.RELIABLE, 20);
        List<byte[]> sent = raw.flush();
        assertThat(raw.tsns(sent)).containsExactly(0);
        byte[] chunk = RawPeer.find(sent, Protocol.DATA);
        assertThat(chunk).hasSize(16 + 20);
        assertThat(Wire.u16(chunk, 10)).as("no sequence number was used up").isZero();
    }

    @Test
    void aMessageGivenUpHalfwayIsSkippedEvenIfAllThatWasSentArrived() {
        raw.queue(1, new Delivery(true, Delivery.UNLIMITED, 50), 40 * FULL);
        raw.flush();
        raw.after(60 * MS_NS);
        byte[] forward =
                RawPeer.find(raw.send(raw.sack(raw.otherTsn + 3, 100_000)), Protocol.FORWARD_TSN);
        assertThat(Wire.i32(forward, 4)).isEqualTo(raw.otherTsn + 4);
        assertThat(Wire.u16(forward, 8)).isEqualTo(1);
    }

    @Test
    void aPeerWithoutForwardTsnGetsEverything() {
        RawPeer plain = new RawPeer(SctpSettings.DEFAULT);
        plain.queue(1, ONCE, 10);
        plain.flush();
        List<byte[]> again = plain.after(501 * MS_NS);
        assertThat(plain.tsns(again)).containsExactly(0);
        assertThat(RawPeer.find(again, Protocol.FORWARD_TSN)).isEmpty();
    }

    @Test
    void forwardTsnReleasesWhatWaitedForTheSkipped() {
        raw.send(data(1, 1, WHOLE));
        raw.send(data(2, 0, FLAG_BEGIN | FLAG_UNORDERED));
        byte[] body = new byte[8];
        Wire.put32(body, 0, RawPeer.FIRST_TSN);
        Wire.put16(body, 4, 1);
        Wire.put16(body, 6, 0);
        List<byte[]> answer = raw.send(Packets.chunk(Protocol.FORWARD_TSN, 0, body));
        assertThat(raw.other.messages).extracting(m -> (int) m.data()[0]).containsExactly(1);
        byte[] sack = RawPeer.find(answer, Protocol.SACK);
        assertThat(Wire.i32(sack, 4)).isEqualTo(RawPeer.FIRST_TSN + 2);
        Wire.put32(body, 0, RawPeer.FIRST_TSN + 3);
        Wire.put16(body, 6, 1);
        raw.send(Packets.chunk(Protocol.FORWARD_TSN, 0, body));
        assertThat(raw.other.association.heldBytes()).as("its fragments are gone").isZero();
    }

    @Test
    void whatAPeerSkipsMayLieBeyondTheWindowOfTsns() {
        raw.send(data(2, 0, FLAG_BEGIN));
        raw.send(data(3, 0, 0));
        byte[] body = new byte[8];
        Wire.put32(body, 0, RawPeer.FIRST_TSN + 5_000);
        Wire.put16(body, 4, 1);
        Wire.put16(body, 6, 9);
        List<byte[]> answer = raw.send(Packets.chunk(Protocol.FORWARD_TSN, 0, body));
        byte[] sack = RawPeer.find(answer, Protocol.SACK);
        assertThat(Wire.i32(sack, 4)).isEqualTo(RawPeer.FIRST_TSN + 5_000);
        assertThat(Wire.u16(sack, 12)).as("gap blocks").isZero();
        assertThat(raw.other.association.heldBytes()).isZero();
        raw.send(data(5_001, 10, WHOLE));
        assertThat(raw.other.messages).hasSize(1);
    }

    @Test
    void aHandlerThatEndsTheAssociationGetsNothingMore() throws Reassembly.Violation {
        Reassembly[] reassembly = new Reassembly[1];
        int[] delivered = {0};
        reassembly[0] =
                new Reassembly(
                        100,
                        (s, ppid, buf, off, len) -> {
                            delivered[0]++;
                            reassembly[0].clear();
                        });
        for (int ssn = 1; ssn < 4; ssn++) {
            reassembly[0].take(ssn, 7, ssn, 53, WHOLE, new byte[] {1}, 0, 1);
        }
        reassembly[0].take(0, 7, 0, 53, WHOLE, new byte[] {1}, 0, 1);
        assertThat(delivered[0]).isEqualTo(1);
        for (int ssn = 1; ssn < 4; ssn++) {
            reassembly[0].take(ssn, 7, ssn, 53, WHOLE, new byte[] {1}, 0, 1);
        }
        reassembly[0].skip(7, 2);
        assertThat(delivered[0]).isEqualTo(2);
        assertThat(reassembly[0].heldBytes()).isZero();
    }

    @Test
    void gapBlocksSayWhatArrivedHoweverManyThereAre() {
        TsnTracker tsns = new TsnTracker();
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            int first = random.nextInt();
            tsns.start(first);
            BitSet arrived = new BitSet();
            for (int i = random.nextInt(200); i >= 0; i--) {
                int at = 1 + random.nextInt(random.nextInt(8) == 0 ? 4_000 : 130);
                arrived.set(at, at + 1 + random.nextInt(random.nextInt(90) + 1));
            }
            arrived.stream().forEach(at -> tsns.take(first + at));
            byte[] report = new byte[4 * 1_000];
            int blocks = tsns.report(report, 0, report.length) >>> 16;
            BitSet reported = new BitSet();
            for (int i = 0; i < blocks; i++) {
                // They count from the cumulative TSN, the one before the first.
                reported.set(Wire.u16(report, 4 * i) - 1, Wire.u16(report, 4 * i + 2));
            }
            assertThat(reported).isEqualTo(arrived);
        }
    }

    @Test
    void whatIsQueuedOnStreamsThatThePeerDoesNotTakeIsDropped() {
        SimulatedNetwork network = new SimulatedNetwork(new Random(1));
        TestPeer peer = new TestPeer(SctpSettings.DEFAULT, network, 1, 5);
        for (int stream = 8; stream < 12; stream++) {
            peer.send(stream, Delivery.RELIABLE, new byte[10], network.nowNs());
        }
        byte[] init = Packets.init(RawPeer.TAG, RawPeer.FIRST_TSN); // takes ten streams
        network.record();
        peer.receive(init, 0, init.length, network.nowNs());
        byte[] echo = Packets.cookieEcho(network.sent().getFirst());
        network.record();
        peer.receive(echo, 0, echo.length, network.nowNs());
        assertThat(peer.association.outStreams()).isEqualTo(10);
        List<Integer> streams =
                network.sent().stream()
                        .flatMap(packet -> RawPeer.chunks(packet).stream())
                        .filter(chunk -> chunk[0] == Protocol.DATA)
                        .map(chunk -> Wire.u16(chunk, 8))
                        .toList();
        assertThat(streams).containsExactly(8, 9);
        assertThat(peer.association.heldBytes())
                .isEqualTo(2 * (10 + SctpSettings.MESSAGE_OVERHEAD_BYTES));
        assertThat(peer.send(10, Delivery.RELIABLE, new byte[1], network.nowNs()))
                .isEqualTo(SendOutcome.CLOSED);
    }

    @Test
    void theSendBufferIsBoundedAndTellsWhenThereIsRoom() {
        SctpSettings small = small(2_000, 16_384);
        RawPeer one = new RawPeer(small, RawPeer.EXTENSIONS);
        byte[] data = new byte[2_001];
        assertThat(one.other.send(1, Delivery.RELIABLE, data, 0)).isEqualTo(SendOutcome.TOO_LARGE);
        int queued = 0;
        while (one.other.send(1, Delivery.RELIABLE, new byte[1], 0) == SendOutcome.QUEUED) {
            queued++;
        }
        assertThat(queued).isEqualTo(16_384 / 65);
        assertThat(one.other.association.bufferedBytes(1)).isEqualTo(queued);
        assertThat(one.other.send(5_000, Delivery.RELIABLE, new byte[1], 0))
                .isEqualTo(SendOutcome.CLOSED);
        one.flush();
        int tsn = one.otherTsn - 1;
        for (int i = 0; i < 40 && one.other.writables == 0; i++) {
            tsn = one.other.association.sender().lastAssignedTsn();
            one.send(one.sack(tsn, 100_000));
        }
        assertThat(one.other.writables).isEqualTo(1);
    }

    @Test
    void streamsShareByTheirPriority() {
        raw.other.association.prioritize(1, 512);
        raw.other.association.prioritize(2, 128);
        for (int i = 0; i < 200; i++) {
            raw.queue(1, Delivery.RELIABLE, 500);
            raw.queue(2, Delivery.RELIABLE, 500);
        }
        List<byte[]> sent = raw.flush();
        int[] perStream = new int[3];
        for (int round = 0; round < 12; round++) {
            for (byte[] packet : sent) {
                RawPeer.chunks(packet).stream()
                        .filter(c -> c[0] == Protocol.DATA)
                        .forEach(c -> perStream[Wire.u16(c, 8)]++);
            }
            int tsn = raw.other.association.sender().lastAssignedTsn();
            sent = raw.send(raw.sack(tsn, 1_000_000));
        }
        assertThat(perStream[1]).isBetween(3 * perStream[2], 5 * perStream[2]);
    }

    @Test
    void sequenceNumbersStartOverAfterTheLast() throws Reassembly.Violation {
        int[] delivered = {0};
        Reassembly reassembly = new Reassembly(100, (s, ppid, buf, off, len) -> delivered[0]++);
        for (int i = 0; i < 70_000; i++) {
            int tsn = i ^ 1; // two and two swapped
            reassembly.take(tsn, 7, tsn & 0xffff, 53, WHOLE, new byte[] {1}, 0, 1);
            assertThat(delivered[0]).isEqualTo((i & 1) == 0 ? i : i + 1);
        }
    }

    private static SctpSettings small(int messageBytes, int bufferBytes) {
        SctpSettings base = SctpSettings.DEFAULT;
        return new SctpSettings(
                5000,
                5000,
                base.packetBytes(),
                messageBytes,
                messageBytes,
                bufferBytes,
                bufferBytes,
                16,
                base.rtoInitial(),
                base.rtoMin(),
                base.rtoMax(),
                base.t1Initial(),
                base.t1Max(),
                base.sackDelay(),
                base.cookieLife(),
                base.heartbeatInterval(),
                base.maxInitRetransmits(),
                base.maxRetransmits(),
                base.maxBurstPackets());
    }
}
