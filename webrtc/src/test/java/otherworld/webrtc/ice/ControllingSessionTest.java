package otherworld.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.stun.StunInput;
import otherworld.webrtc.stun.StunReader;
import otherworld.webrtc.stun.StunWriter;

class ControllingSessionTest {
    private static final IceCredentials OWN =
            new IceCredentials("client", "clientPasswordOf22OrMore");
    private static final IceCredentials SERVER =
            new IceCredentials("server", "serverPasswordOf22OrMore");
    private static final long SECOND = 1_000_000_000L;
    private static final InetSocketAddress GOOD = address(1);
    private static final InetSocketAddress BAD = address(2);

    private record Sent(ControllingSession.Route to, StunInput.Check check) {}

    private final List<Sent> sent = new ArrayList<>();
    private final ControllingSession session =
            new ControllingSession(
                    OWN,
                    SERVER,
                    List.of(IceCandidate.host(BAD, 0), IceCandidate.host(GOOD, 1)),
                    5 * SECOND,
                    new Random(1),
                    0);

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void advanceTo(long untilNs) {
        for (long now = session.nextTimerNs(); now <= untilNs; now = session.nextTimerNs()) {
            session.advance(
                    now,
                    (to, check) ->
                            sent.add(
                                    new Sent(
                                            to,
                                            (StunInput.Check)
                                                    StunReader.read(check, 0, check.length))));
        }
    }

    private boolean answer(Sent request, IceCredentials signer, long nowNs) {
        byte[] answer =
                StunWriter.success(request.check().transactionId(), address(9), signer.key());
        return session.success(
                (StunInput.Success) StunReader.read(answer, 0, answer.length), nowNs);
    }

    @Test
    void findsTheCandidateThatAnswersNominatesItAndKeepsConsent() {
        advanceTo(SECOND / 10);
        assertThat(sent).hasSizeGreaterThanOrEqualTo(2);
        assertThat(sent).allMatch(s -> !s.check().useCandidate());
        assertThat(sent)
                .allMatch(s -> s.check().username().equals("server:client"))
                .allMatch(s -> s.check().signature().by(SERVER.key()));
        Sent good =
                sent.stream()
                        .filter(s -> s.to().candidate().address().equals(GOOD))
                        .findFirst()
                        .orElseThrow();
        assertThat(answer(good, OWN, SECOND / 10)).as("signed by another").isFalse();
        assertThat(answer(good, SERVER, SECOND / 10)).isTrue();
        assertThat(session.selected().orElseThrow().candidate().address()).isEqualTo(GOOD);

        sent.clear();
        advanceTo(SECOND / 5);
        assertThat(sent).isNotEmpty().allMatch(s -> s.check().useCandidate());
        assertThat(answer(sent.getFirst(), SERVER, SECOND / 5)).isFalse();
        assertThat(answer(sent.getFirst(), SERVER, 2 * SECOND)).as("answered twice").isFalse();
        assertThat(session.lastConsentNs()).isEqualTo(SECOND / 5);

        sent.clear();
        advanceTo(21 * SECOND);
        assertThat(sent).as("a check every 4 to 6 s").hasSizeBetween(3, 5);
    }

    @Test
    void theLateAnswerToAnEarlierCheckIsNotTheNominations() {
        advanceTo(SECOND / 2);
        List<Sent> toGood =
                sent.stream().filter(s -> s.to().candidate().address().equals(GOOD)).toList();
        assertThat(toGood).hasSizeGreaterThan(1);
        assertThat(answer(toGood.get(1), SERVER, SECOND / 2)).isTrue();
        advanceTo(SECOND / 2); // the nomination, which gets lost
        assertThat(answer(toGood.get(0), SERVER, SECOND / 2)).isFalse();

        sent.clear();
        advanceTo(SECOND);
        assertThat(sent).as("nominates again").isNotEmpty();
        assertThat(sent).allMatch(s -> s.check().useCandidate());
    }

    @Test
    void pacesItsChecksAndBacksOff() {
        advanceTo(10 * SECOND);
        // 0.1, 0.2, 0.4, 0.8, 1.6, 1.6 … s apart for each of two candidates
        assertThat(sent).hasSizeBetween(16, 24);
        assertThat(session.selected()).isEmpty();
        assertThat(session.lastConsentNs()).isZero();
    }
}
