package otherworld.webrtc.ice;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.stun.StunInput;
import otherworld.webrtc.stun.StunReader;
import otherworld.webrtc.stun.StunWriter;

class LiteSessionTest {
    private static final IceCredentials OWN =
            new IceCredentials("ownUfrag", "ownPasswordOf22OrMoreChars");
    private static final long SECOND = 1_000_000_000L;

    private final LiteSession session = new LiteSession(OWN, "peer", 2 * SECOND, 0);

    private static Path path(int port) {
        return new Path(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    private static StunInput.Check check(String username, IceCredentials key, boolean nominate) {
        byte[] message = StunWriter.check(new byte[12], username, 100, 1, nominate, key.key());
        return (StunInput.Check) StunReader.read(message, 0, message.length);
    }

    private boolean moves(int port, boolean nominate, long nowNs) {
        var outcome = session.check(check("ownUfrag:peer", OWN, nominate), path(port), nowNs);
        return ((LiteSession.Outcome.Valid) outcome).moved();
    }

    @Test
    void theFirstValidCheckMakesItsPathUsable() {
        assertThat(session.selected()).isEmpty();
        assertThat(moves(1, false, SECOND)).isTrue();
        assertThat(session.selected()).contains(path(1));
        assertThat(session.lastHeardNs()).isEqualTo(SECOND);
    }

    @Test
    void aNominationMovesAtOnceAndAnotherCheckOnlyAfterSilence() {
        assertThat(moves(1, false, 0)).isTrue();
        assertThat(moves(2, false, SECOND)).isFalse();
        assertThat(moves(2, true, SECOND)).isTrue();
        session.heard(path(2), 2 * SECOND);
        assertThat(moves(1, false, 3 * SECOND)).isFalse();
        assertThat(moves(3, false, 4 * SECOND)).isTrue(); // path 2 has been silent for 2 s
        assertThat(session.selected()).contains(path(3));
    }

    @Test
    void wrongNamesAndPasswordsChangeNothing() {
        var other = new IceCredentials("ownUfrag", "anotherPasswordOf22OrMoreChars");
        for (var bad :
                new StunInput.Check[] {
                    check("ownUfrag:peer", other, true),
                    check("ownUfrag:eve1", OWN, true),
                    check("ownUfrag", OWN, true)
                }) {
            assertThat(session.check(bad, path(1), SECOND))
                    .isEqualTo(new LiteSession.Outcome.Discarded(LiteSession.Reason.NOT_AUTHENTIC));
        }
        assertThat(session.selected()).isEmpty();
        assertThat(session.paths()).isEmpty();
        assertThat(session.lastHeardNs()).isZero();
    }

    @Test
    void remembersEightPathsAndNeverForgetsTheOneInUse() {
        moves(100, true, 0);
        for (int port = 1; port <= 40; port++) {
            moves(port, false, 10 + port);
        }
        assertThat(session.paths()).hasSize(LiteSession.MAX_PATHS).contains(path(100), path(40));
        session.forget(path(100));
        assertThat(session.selected()).isEmpty();
    }

    @Test
    void doesNotCountWhatCameFromElsewhere() {
        moves(1, true, 0);
        session.heard(path(9), 50 * SECOND);
        assertThat(session.lastHeardNs()).isZero();
    }
}
