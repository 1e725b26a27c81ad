package otherworld.operator.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import otherworld.operator.certificates.Authorities.Lives;
import otherworld.operator.certificates.Secrets.Stored;
import otherworld.ops.tls.Authority;
import otherworld.ops.tls.Credentials;
import otherworld.ops.tls.PeerId;
import otherworld.ops.tls.Role;
import otherworld.ops.tls.Unusable;

/** Years of authorities and certificates, in no time. */
class AuthoritiesTest {
    private static final Instant BEGIN = Instant.parse("2026-11-27T00:00:00Z");
    private static final Lives LIVES = Lives.DEFAULT;
    private static final PeerId ID = PeerId.of("d", Role.MATCHMAKER);

    private static Authorities at(Authorities before, Instant now) {
        return before.at(now, LIVES, "test");
    }

    private static Credentials issue(Authorities by, Instant now) {
        return by.issuer().issue(ID, now.minus(Authority.BACKDATED), now.plus(LIVES.certificate()));
    }

    @Test
    void oneIssuesFromTheBeginningAndStays() {
        Authorities first = at(Authorities.NONE, BEGIN);
        assertThat(first.issuing()).isPresent();
        assertThat(first.coming()).isEmpty();
        assertThat(at(first, BEGIN.plus(Duration.ofDays(200)))).isEqualTo(first);
    }

    @Test
    void theNextIsTrustedBeforeItIssuesAndTheFormerUntilItEnds() {
        Authorities first = at(Authorities.NONE, BEGIN);
        Instant renewal = BEGIN.plus(Duration.ofDays(276));
        Authorities both = at(first, renewal);
        assertThat(both.issuing()).isEqualTo(first.issuing());
        assertThat(both.trusted()).hasSize(2);
        assertThat(at(both, renewal.plus(Duration.ofMinutes(59)))).isEqualTo(both);
        Authorities second = at(both, renewal.plus(LIVES.settle()));
        assertThat(second.issuing()).isEqualTo(both.coming());
        assertThat(second.coming()).isEmpty();
        assertThat(second.trusted()).containsExactlyInAnyOrderElementsOf(both.trusted());
        Authorities later = at(second, BEGIN.plus(Duration.ofDays(366)));
        assertThat(later.trusted()).hasSize(1);
    }

    /**
     * Every process takes what is new up to two minutes late. At each moment of four years, whoever
     * has the oldest view of them is trusted by whoever has the newest, and the other way round.
     */
    @Test
    void nobodyIsEverRefusedWhoeverIsLate() {
        Duration step = Duration.ofMinutes(30);
        Authorities authorities = Authorities.NONE;
        Credentials leaf = null;
        List<X509Certificate> trustedBefore = List.of();
        Credentials leafBefore = null;
        int authoritiesSeen = 0;
        int leaves = 0;
        X509Certificate issuer = null;
        for (Instant now = BEGIN;
                now.isBefore(BEGIN.plus(Duration.ofDays(1_461)));
                now = now.plus(step)) {
            authorities = at(authorities, now);
            if (leaf == null || !authorities.keeps(leaf.certificate(), now, LIVES)) {
                leaf = issue(authorities, now);
                leaves++;
            }
            if (!authorities.issuer().certificate().equals(issuer)) {
                issuer = authorities.issuer().certificate();
                authoritiesSeen++;
            }
            assertThat(leaf.notAfter()).as("at %s", now).isAfter(now.plus(Duration.ofDays(9)));
            if (leafBefore != null) {
                assertThat(isTrusted(leaf, trustedBefore))
                        .as("new leaf, old trust, %s", now)
                        .isTrue();
                assertThat(isTrusted(leafBefore, authorities.trusted()))
                        .as("old leaf, new trust, %s", now)
                        .isTrue();
            }
            leafBefore = leaf;
            trustedBefore = authorities.trusted();
        }
        assertThat(authoritiesSeen).isEqualTo(6);
        assertThat(leaves).isBetween(70, 80);
    }

    private static boolean isTrusted(Credentials leaf, List<X509Certificate> trusted) {
        for (X509Certificate each : trusted) {
            try {
                leaf.certificate().verify(each.getPublicKey());
                return true;
            } catch (java.security.GeneralSecurityException e) {
                assertThat(e).isNotNull(); // of another
            }
        }
        return false;
    }

    @Test
    void anAuthorityThatWasLostIsReplacedWithoutRefusingWhatItIssued() {
        Authorities before = at(Authorities.NONE, BEGIN);
        Credentials leaf = issue(before, BEGIN);
        Authorities lost = at(Authorities.lost(before.trusted()), BEGIN.plusSeconds(60));
        assertThat(lost.issuing()).isEmpty();
        assertThat(lost.trusted()).hasSize(2);
        assertThat(lost.keeps(leaf.certificate(), BEGIN.plusSeconds(60), LIVES)).isTrue();
        Authorities settled = at(lost, BEGIN.plusSeconds(60).plus(LIVES.settle()));
        assertThat(settled.issuing()).isEqualTo(lost.coming());
        assertThat(settled.keeps(leaf.certificate(), BEGIN.plusSeconds(4_000), LIVES)).isFalse();
        assertThat(settled.trusted()).containsAll(before.trusted());
    }

    @Test
    void whatASecretHoldsIsWhatWasWritten() throws Unusable {
        Authorities first = at(Authorities.NONE, BEGIN);
        Authorities both = at(first, BEGIN.plus(Duration.ofDays(276)));
        Authorities second = at(both, both.comingSince().plus(LIVES.settle()));
        for (Authorities each : List.of(first, both, second)) {
            Map<String, String> data = AuthoritySecret.data(each);
            assertThat(AuthoritySecret.data(AuthoritySecret.read(new Stored(data, "1"))))
                    .isEqualTo(data);
        }
        for (String broken : new ArrayList<>(AuthoritySecret.data(first).keySet())) {
            Map<String, String> data = new java.util.HashMap<>(AuthoritySecret.data(first));
            data.put(broken, "nothing");
            assertThat(
                            org.assertj.core.api.Assertions.catchThrowable(
                                    () -> AuthoritySecret.read(new Stored(data, "1"))))
                    .isInstanceOf(Unusable.class)
                    .hasMessageContaining(broken);
        }
    }
}
