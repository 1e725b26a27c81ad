package otherworld.matchmaker.http;

import com.nimbusds.jose.jwk.JWK;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.http.RecentMap;

/**
 * Tells players by their bearer tokens: JWTs of the OIDC issuer. A token that was found good is
 * remembered by its SHA-256 until it ends or the issuer's keys change, so a client that asks often
 * costs one signature check, and up to {@code 2 * REMEMBERED} of them cost some 15 MB, and 40 more
 * if all are of as many groups as are remembered. Thread-safe; may block while the issuer's keys
 * are read ({@link IssuerKeys}).
 */
public final class BearerTokens implements AutoCloseable {
    static final int MAX_LENGTH = 8192;
    private static final int REMEMBERED = 50_000;

    /** Of groups' names: a token with more is checked each time. */
    private static final int REMEMBERED_NAMES = 256;

    private static final Duration SKEW = Duration.ofSeconds(5);

    /** Of a token without kid. */
    private static final int MAX_SIGNERS = 8;

    private final String issuer;
    private final String audience;
    private final String groupsClaim;
    private final IssuerKeys keys;
    private final InstantSource clock;
    private final RecentMap<Fingerprint, Known> known = new RecentMap<>(REMEMBERED);

    /** What a token says of its sender. */
    sealed interface Sender {
        /**
         * @param groups that the issuer says the player is of
         */
        record Player(PlayerId id, List<String> groups) implements Sender {}

        record Nobody(String reason) implements Sender {}

        /** The issuer's keys cannot be read, so nobody knows. */
        record Unavailable(String reason) implements Sender {}
    }

    /**
     * @param keys the version of the issuer's keys that it was found good with: one that was taken
     *     back takes what it signed with it
     */
    private record Known(Sender.Player player, Instant until, long keys) {}

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
     * @param groupsClaim where they name the groups of the player
     */
    public BearerTokens(
            String issuer,
            URI jwks,
            String audience,
            String groupsClaim,
            InstantSource clock,
            PrometheusRegistry registry) {
        this(
                issuer,
                audience,
                groupsClaim,
                clock,
                new IssuerKeys(jwks, System::nanoTime, IssuerKeys.PAUSE, registry));
    }

    BearerTokens(
            String issuer,
            String audience,
            String groupsClaim,
            InstantSource clock,
            IssuerKeys keys) {
        this.issuer = issuer;
        this.audience = audience;
        this.groupsClaim = groupsClaim;
        this.clock = clock;
        this.keys = keys;
    }

    /** Empty while tokens can be checked; else why not. */
    public String trouble() {
        return keys.trouble();
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
        if (before != null
                && clock.instant().isBefore(before.until())
                && before.keys() == keys.version()) {
            return before.player();
        }
        return check(token, fingerprint);
    }

    private Sender check(String token, Fingerprint fingerprint) {
        try {
            return check(BearerToken.parse(token), fingerprint);
        } catch (RuntimeException e) { // a stranger wrote what is read
            return new Sender.Nobody("the token is malformed: " + e.getMessage());
        }
    }

    private Sender check(BearerToken token, Fingerprint fingerprint) {
        List<JWK> signers;
        long version;
        switch (keys.find(token.algorithm(), token.kid())) {
            case IssuerKeys.Found.Unavailable(String reason) -> {
                return new Sender.Unavailable(reason);
            }
            case IssuerKeys.Found.Keys(List<JWK> fitting, long of) -> {
                signers = fitting;
                version = of;
            }
        }
        boolean genuine =
                signers.stream()
                        .limit(MAX_SIGNERS)
                        .anyMatch(key ->
                                SignatureCheck.verifies(
                                        key,
                                        token.algorithm(),
                                        token.signingInput(),
                                        token.signature()));
        if (!genuine) {
            return new Sender.Nobody(
                    signers.isEmpty()
                            ? "the token is signed by a key that the issuer does not publish"
                            : "the token's signature does not match");
        }
        BearerToken.Claims claims = token.claims();
        String wrong = claims.wrong(issuer, audience, clock.instant(), SKEW);
        if (!wrong.isEmpty()) {
            return new Sender.Nobody(wrong);
        }
        Sender.Player player =
                new Sender.Player(
                        new PlayerId(claims.subject()),
                        claims.names(groupsClaim).stream().filter(Permissions::isGroup).toList());
        if (player.groups().stream().mapToInt(String::length).sum() <= REMEMBERED_NAMES) {
            known.put(fingerprint, new Known(player, claims.expires().plus(SKEW), version));
        }
        return player;
    }

    @Override
    public void close() {
        keys.close();
    }
}
