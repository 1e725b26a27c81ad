package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;
import static otherworld.webrtc.sctp.AssociationState.CLOSED;
import static otherworld.webrtc.sctp.AssociationState.COOKIE_ECHOED;
import static otherworld.webrtc.sctp.AssociationState.COOKIE_WAIT;
import static otherworld.webrtc.sctp.AssociationState.ENDED;
import static otherworld.webrtc.sctp.AssociationState.ESTABLISHED;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Setting an association up, and setting it up again (RFC 9260 section 5). */
class HandshakeTest {
    private static final long SECOND_NS = 1_000_000_000;
    private static final SctpSettings SETTINGS = SctpSettings.DEFAULT;

    private final SimulatedNetwork network = new SimulatedNetwork(new Random(1));
    private TestPeer a = new TestPeer(SETTINGS, network, 0, 11);
    private final TestPeer b = new TestPeer(SETTINGS, network, 1, 12);

    @Test
    void oneSideBeginsAndBothAreEstablished() {
        network.record();
        a.association.connect(network.nowNs());
        assertThat(a.state()).isEqualTo(COOKIE_WAIT);
        network.runFor(SECOND_NS);
        assertBothUp();
        assertThat(network.sent().stream().map(p -> (int) p[12]))
                .containsExactly(
                        Protocol.INIT,
                        Protocol.INIT_ACK,
                        Protocol.COOKIE_ECHO,
                        Protocol.COOKIE_ACK);
        assertThat(Wire.i32(network.sent().getFirst(), 4)).as("tag of INIT").isZero();
    }

    @Test
    void bothSidesBeginAtOnceAndBothAreEstablishedOnce() {
        a.association.connect(network.nowNs());
        b.association.connect(network.nowNs());
        network.runFor(SECOND_NS);
        assertBothUp();
    }

    @Test
    void aPassiveSideRemembersNothingBeforeTheCookieReturns() {
        network.lose(packet -> packet[12] == Protocol.COOKIE_ECHO);
        a.association.connect(network.nowNs());
        network.runFor(SECOND_NS);
        assertThat(a.state()).isEqualTo(COOKIE_ECHOED);
        assertThat(b.state()).isEqualTo(CLOSED);
        assertThat(b.nextTimerNs()).isEqualTo(Protocol.NEVER_NS);
        assertThat(b.association.handshake().localTag()).isZero();
    }

    @Test
    void lostPacketsOfTheHandshakeAreSentAgain() {
        for (int type :
                new int[] {
                    Protocol.INIT, Protocol.INIT_ACK, Protocol.COOKIE_ECHO, Protocol.COOKIE_ACK
                }) {
            SimulatedNetwork lossy = new SimulatedNetwork(new Random(type));
            TestPeer one = new TestPeer(SETTINGS, lossy, 0, 1);
            TestPeer two = new TestPeer(SETTINGS, lossy, 1, 2);
            int[] left = {2};
            lossy.lose(packet -> packet[12] == type && left[0]-- > 0);
            one.association.connect(lossy.nowNs());
            lossy.runFor(5 * SECOND_NS);
            assertThat(one.state()).as("chunk %d lost twice", type).isEqualTo(ESTABLISHED);
            assertThat(two.state()).isEqualTo(ESTABLISHED);
        }
    }

    @Test
    void aPeerThatNeverAnswersIsGivenUp() {
        network.lose(packet -> true);
        a.association.connect(network.nowNs());
        network.runFor(60 * SECOND_NS);
        assertThat(a.state()).isEqualTo(ENDED);
        assertThat(a.ended).isInstanceOf(EndReason.TimedOut.class);
        assertThat(network.packets(0)).isEqualTo(1 + SETTINGS.maxInitRetransmits());
    }

    @Test
    void aForgedCookieIsIgnored() {
        network.lose(packet -> {
            if (packet[12] == Protocol.COOKIE_ECHO) {
                packet[20] ^= 1;
                Packets.seal(packet);
            }
            return false;
        });
        a.association.connect(network.nowNs());
        network.runFor(2 * SECOND_NS);
        assertThat(b.state()).isEqualTo(CLOSED);
        assertThat(b.ups).isZero();
    }

    @Test
    void aStaleCookieIsAnsweredWithAnErrorAndTheHandshakeBeginsAnew() {
        byte[][] held = new byte[1][];
        network.lose(packet -> {
            boolean first = packet[12] == Protocol.COOKIE_ECHO && held[0] == null;
            if (first) {
                held[0] = packet;
            }
            return first;
        });
        a.association.connect(network.nowNs());
        network.runFor(SECOND_NS / 10);
        assertThat(a.state()).isEqualTo(COOKIE_ECHOED);
        long late = network.nowNs() + Duration.ofSeconds(61).toNanos();
        network.record();
        b.receive(held[0], 0, held[0].length, late);
        assertThat(b.state()).isEqualTo(CLOSED);
        byte[] error = network.sent().getFirst();
        assertThat(error[12]).isEqualTo((byte) Protocol.ERROR);
        assertThat(Wire.u16(error, 16)).isEqualTo(Protocol.CAUSE_STALE_COOKIE);
        a.receive(error, 0, error.length, network.nowNs());
        assertThat(a.state()).isEqualTo(COOKIE_WAIT);
        network.runFor(SECOND_NS);
        assertBothUp();
    }

    @Test
    void aPeerThatRestartsIsTakenUpAgainAndBothAgree() {
        a.association.connect(network.nowNs());
        network.runFor(SECOND_NS);
        b.send(3, Delivery.RELIABLE, new byte[] {1}, network.nowNs());
        b.flush(network.nowNs());
        network.runFor(SECOND_NS);

        a = new TestPeer(SETTINGS, network, 0, 99);
        a.association.connect(network.nowNs());
        network.runFor(SECOND_NS);
        assertThat(a.state()).isEqualTo(ESTABLISHED);
        assertThat(b.state()).isEqualTo(ESTABLISHED);
        assertThat(b.restarts).isEqualTo(1);
        assertThat(b.ups).isEqualTo(2);

        a.send(3, Delivery.RELIABLE, new byte[] {2}, network.nowNs());
        b.send(3, Delivery.RELIABLE, new byte[] {3}, network.nowNs());
        a.flush(network.nowNs());
        b.flush(network.nowNs());
        network.runFor(SECOND_NS);
        assertThat(b.messages).extracting(m -> m.data()[0]).containsExactly((byte) 2);
        assertThat(a.messages).extracting(m -> m.data()[0]).containsExactly((byte) 3);
    }

    @Test
    void anInitForARunningAssociationChangesNothingUntilItsCookieReturns() {
        a.association.connect(network.nowNs());
        network.runFor(SECOND_NS);
        byte[] init = Packets.init(777, 1);
        network.record();
        b.receive(init, 0, init.length, network.nowNs());
        byte[] answer = network.sent().getFirst();
        assertThat(answer[12]).isEqualTo((byte) Protocol.INIT_ACK);
        assertThat(Wire.i32(answer, 4)).isEqualTo(777);
        assertThat(Wire.i32(answer, 16))
                .as("a new tag, so that the old association stays apart")
                .isNotEqualTo(b.association.handshake().localTag());
        a.send(1, Delivery.RELIABLE, new byte[] {7}, network.nowNs());
        a.flush(network.nowNs());
        network.runFor(SECOND_NS);
        assertThat(b.messages).hasSize(1);
        assertThat(b.restarts).isZero();
    }

    @Test
    void aCookieOfAnAttemptThatIsOverIsIgnored() {
        byte[] init = Packets.init(777, 1);
        network.record();
        b.receive(init, 0, init.length, network.nowNs());
        byte[] echo = Packets.cookieEcho(network.sent().getFirst());
        b.association.connect(network.nowNs());
        b.receive(echo, 0, echo.length, network.nowNs());
        assertThat(b.state()).isEqualTo(COOKIE_WAIT);
        a.association.connect(network.nowNs());
        network.runFor(3 * SECOND_NS);
        assertBothUp();
    }

    @Test
    void aCookieEchoThatComesTwiceIsConfirmedTwice() {
        network.record();
        a.association.connect(network.nowNs());
        network.runFor(SECOND_NS);
        byte[] echo = network.sent().get(2);
        network.record();
        b.receive(echo, 0, echo.length, network.nowNs());
        assertThat(network.sent().getFirst()[12]).isEqualTo((byte) Protocol.COOKIE_ACK);
        assertThat(b.ups).isEqualTo(1);
    }

    @Test
    void messagesQueuedBeforeTheHandshakeGoOutAfterIt() {
        a.send(1, Delivery.RELIABLE, new byte[] {5}, network.nowNs());
        b.send(1, Delivery.RELIABLE, new byte[] {6}, network.nowNs());
        a.association.connect(network.nowNs());
        network.runFor(SECOND_NS);
        assertThat(b.messages).hasSize(1);
        assertThat(a.messages).hasSize(1);
    }

    private void assertBothUp() {
        assertThat(a.state()).isEqualTo(ESTABLISHED);
        assertThat(b.state()).isEqualTo(ESTABLISHED);
        assertThat(a.ups).isEqualTo(1);
        assertThat(b.ups).isEqualTo(1);
        assertThat(a.restarts + b.restarts).isZero();
    }
}
