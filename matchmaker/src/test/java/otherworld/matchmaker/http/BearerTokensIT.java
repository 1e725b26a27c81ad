package otherworld.matchmaker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.matchmaker.TestIssuer;
import otherworld.matchmaker.http.BearerTokens.Sender;

/** Tokens that are remembered, with an issuer whose keys come over HTTP. */
class BearerTokensIT {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());

    @Test
    void aRememberedTokenEndsWhenItExpires() {
        try (TestIssuer issuer = new TestIssuer()) {
            BearerTokens tokens = tokens(issuer);
            Instant expires = now.get().plusSeconds(60);
            String bearer =
                    "Bearer " + issuer.token("ann", c -> c.expirationTime(Date.from(expires)));
            assertThat(tokens.sender(bearer))
                    .isEqualTo(new Sender.Player(new PlayerId("ann"), List.of()));
            now.set(expires.plus(Duration.ofSeconds(3)));
            assertThat(tokens.sender(bearer))
                    .as("within the skew")
                    .isInstanceOf(Sender.Player.class);
            now.set(expires.plus(Duration.ofSeconds(6)));
            assertThat(tokens.sender(bearer)).isInstanceOf(Sender.Nobody.class);
        }
    }

    @Test
    void remembersTokensWithoutTheirIssuerAndKnowsThemApart() {
        TestIssuer issuer = new TestIssuer();
        BearerTokens tokens = tokens(issuer);
        String ann = "Bearer " + issuer.token("ann");
        String bob = "Bearer " + issuer.token("bob");
        String forged = ann.substring(0, ann.length() - 4) + "AAAA";
        tokens.sender(ann);
        tokens.sender(bob);
        issuer.close();
        assertThat(tokens.sender(ann)).isEqualTo(new Sender.Player(new PlayerId("ann"), List.of()));
        assertThat(tokens.sender(bob)).isEqualTo(new Sender.Player(new PlayerId("bob"), List.of()));
        assertThat(tokens.sender(forged)).isInstanceOf(Sender.Nobody.class);
    }

    /** However good it was when it was seen first. */
    @Test
    void aRememberedTokenEndsWithTheKeyThatSignedIt() {
        try (TestIssuer issuer = new TestIssuer()) {
            AtomicLong nowNs = new AtomicLong();
            BearerTokens tokens =
                    new BearerTokens(
                            issuer.url(),
                            "otherworld",
                            "groups",
                            now::get,
                            new IssuerKeys(
                                    URI.create(issuer.url() + "/jwks"),
                                    nowNs::get,
                                    Duration.ofMillis(50),
                                    new PrometheusRegistry()));
            String ann = "Bearer " + issuer.token("ann");
            assertThat(tokens.sender(ann)).isInstanceOf(Sender.Player.class);
            issuer.takeBack();
            assertThat(tokens.sender(ann)).isInstanceOf(Sender.Player.class);
            // Nobody but the bearer of a remembered token asks for anything.
            nowNs.addAndGet(IssuerKeys.FRESH.toNanos() + 1);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() ->
                            assertThat(tokens.sender(ann))
                                    .isEqualTo(
                                            new Sender.Nobody(
                                                    "the token is signed by a key that the issuer does not publish")));
            tokens.close();
        }
    }

    private BearerTokens tokens(TestIssuer issuer) {
        return new BearerTokens(
                issuer.url(),
                URI.create(issuer.url() + "/jwks"),
                "otherworld",
                "groups",
                now::get,
                new PrometheusRegistry());
    }
}
