package otherworld.matchmaker.http;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;

/**
 * Tells players by their bearer tokens: JWTs of the OIDC issuer. A token that was found good is
 * remembered by its SHA-256 until it ends, so a client that asks often costs one signature check,
 * and up to {@code 2 * REMEMBERED} of them cost some 15 MB. Thread-safe; may block while the
 * issuer's keys are read (at most every second for unknown keys).
 */
public final class BearerTokens {
    static final int MAX_LENGTH = 4096;
    private static final int REMEMBERED = 50_000;
    private static final Duration SKEW = Duration.ofSeconds(5);
    private static final int FETCH_TIMEOUT_MS = 2_000;
    private static final int MAX_KEYS_BYTES = 256 * 1024;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final InstantSource clock;
    private final RecentMap<Fingerprint, Known> known = new RecentMap<>(REMEMBERED);

    /** What a token says of its sender. */
    sealed interface Sender {
        record Player(PlayerId id) implements Sender {}

        record Nobody(String reason) implements Sender {}

        /** The issuer's keys cannot be read, so nobody knows. */
        record Unavailable(String reason) implements Sender {}
    }

    private record Known(PlayerId player, Instant until) {}

    /** SHA-256 of a token: what is remembered is small, and no one's credentials. */
    private record Fingerprint(long first, long second, long third, long fourth) {
        static Fingerprint of(String token) {
            try {
                ByteBuffer digest =
                        ByteBuffer.wrap(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(token.getBytes(StandardCharsets.UTF_8)));
                return new Fingerprint(
                        digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("SHA-256 is part of every JDK", e);
            }
        }
    }

    /**
     * @param issuer the {@code iss} claim tokens must have
     * @param audience one that their {@code aud} must contain
     */
    public BearerTokens(String issuer, URI jwks, String audience, InstantSource clock) {
        this.clock = clock;
        try {
            var keys =
                    JWKSourceBuilder.<SecurityContext>create(
                                    jwks.toURL(),
                                    new DefaultResourceRetriever(
                                            FETCH_TIMEOUT_MS, FETCH_TIMEOUT_MS, MAX_KEYS_BYTES))
                            .refreshAheadCache(false)
                            .rateLimited(1_000)
                            .outageTolerantForever()
                            .build();
            processor.setJWSKeySelector(
                    new JWSVerificationKeySelector<>(
                            Set.of(
                                    JWSAlgorithm.RS256,
                                    JWSAlgorithm.PS256,
                                    JWSAlgorithm.ES256,
                                    JWSAlgorithm.ES384),
                            keys));
        } catch (MalformedURLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("'%s' is not a URL of keys".formatted(jwks), e);
        }
        var claims =
                new DefaultJWTClaimsVerifier<SecurityContext>(
                        audience,
                        new JWTClaimsSet.Builder().issuer(issuer).build(),
                        Set.of("sub", "exp")) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(BearerTokens.this.clock.instant());
                    }
                };
        claims.setMaxClockSkew((int) SKEW.toSeconds());
        processor.setJWTClaimsSetVerifier(claims);
    }

    /**
     * @param authorization the header's value, or null if there is none
     */
    Sender sender(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return new Sender.Nobody("there is no 'Authorization: Bearer' header");
        }
        String token = authorization.substring(7).strip();
        if (token.length() > MAX_LENGTH) {
            return new Sender.Nobody(
                    "the token is %d characters, more than %d"
                            .formatted(token.length(), MAX_LENGTH));
        }
        Fingerprint fingerprint = Fingerprint.of(token);
        Known before = known.get(fingerprint);
        if (before != null && clock.instant().isBefore(before.until())) {
            return new Sender.Player(before.player());
        }
        return check(token, fingerprint);
    }

    private Sender check(String token, Fingerprint fingerprint) {
        try {
            JWTClaimsSet claims = processor.process(token, null);
            PlayerId player = new PlayerId(claims.getSubject());
            known.put(
                    fingerprint,
                    new Known(player, claims.getExpirationTime().toInstant().plus(SKEW)));
            return new Sender.Player(player);
        } catch (KeySourceException e) {
            return new Sender.Unavailable(String.valueOf(e.getMessage()));
        } catch (ParseException | BadJOSEException | JOSEException | IllegalArgumentException e) {
            return new Sender.Nobody(String.valueOf(e.getMessage()));
        }
    }
}
