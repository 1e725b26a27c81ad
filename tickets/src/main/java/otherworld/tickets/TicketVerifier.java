package otherworld.tickets;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.TraceContext;

/**
 * Checks tickets and session tokens. Strict: exactly the header the signer writes ({@code alg}
 * EdDSA, one of our two {@code typ}, a known {@code kid}, nothing else), canonical base64url, every
 * claim present and in range. Thread-safe; may block where the {@link KeySource} does.
 */
public final class TicketVerifier {
    static final Duration LEEWAY = Duration.ofSeconds(1);

    private static final Pattern COMPACT =
            Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]{86})");
    private static final Set<String> HEADER = Set.of("alg", "typ", "kid");

    private final String issuer;
    private final KeySource keys;
    private final InstantSource clock;

    public TicketVerifier(String issuer, KeySource keys, InstantSource clock) {
        this.issuer = issuer;
        this.keys = keys;
        this.clock = clock;
    }

    /** Checks a token that was shown to {@code here}. */
    public Verification verify(String token, InstanceId here) {
        Verification verification = verify(token);
        return verification instanceof Verification.Valid(Token valid)
                        && !valid.instance().equals(here)
                ? new Verification.WrongInstance(valid.instance().toString())
                : verification;
    }

    /** Checks a token for whatever instance it is. */
    public Verification verify(String token) {
        if (token.length() > Token.MAX_LENGTH) {
            return new Verification.Forged(
                    "%d characters, more than %d".formatted(token.length(), Token.MAX_LENGTH));
        }
        var parts = COMPACT.matcher(token);
        if (!parts.matches()) {
            return new Verification.Forged("not a compact JWS with an Ed25519 signature");
        }
        try {
            JWSHeader header = JWSHeader.parse(new Base64URL(parts.group(1)));
            if (!JWSAlgorithm.EdDSA.equals(header.getAlgorithm())
                    || header.getKeyID() == null
                    || !HEADER.equals(header.getIncludedParams())) {
                return new Verification.Forged("header must have alg EdDSA, typ and kid alone");
            }
            return switch (keys.find(header.getKeyID())) {
                case KeySource.Lookup.Unknown() ->
                        new Verification.Forged("signed by an unknown key");
                case KeySource.Lookup.Unavailable(String detail) ->
                        new Verification.KeysUnavailable(detail);
                case KeySource.Lookup.Found(VerificationKey key) ->
                        check(
                                key,
                                header.getType(),
                                token.substring(0, parts.end(2)),
                                new Base64URL(parts.group(2)),
                                new Base64URL(parts.group(3)));
            };
        } catch (ParseException | RuntimeException e) { // a stranger wrote what is parsed
            return new Verification.Forged("malformed: " + e.getMessage());
        }
    }

    private Verification check(
            VerificationKey key,
            JOSEObjectType type,
            String signingInput,
            Base64URL payload,
            Base64URL signature)
            throws ParseException {
        byte[] signatureBytes = signature.decode();
        // The last character has spare bits: without this, 16 spellings of a signature would do.
        if (!Base64URL.encode(signatureBytes).equals(signature)
                || !key.verifies(
                        signingInput.getBytes(StandardCharsets.US_ASCII), signatureBytes)) {
            return new Verification.Forged("the signature does not match");
        }
        JWTClaimsSet claims = JWTClaimsSet.parse(payload.decodeToString());
        if (!issuer.equals(claims.getIssuer())) {
            return new Verification.Forged(
                    "issued by '%s', not '%s'".formatted(claims.getIssuer(), issuer));
        }
        Token token;
        if (TicketSigner.TICKET.equals(type)) {
            token = ticket(claims);
        } else if (TicketSigner.SESSION.equals(type)) {
            token = session(claims);
        } else {
            return new Verification.Forged("typ '%s' is not ours".formatted(type));
        }
        return clock.instant().isBefore(token.expiresAt().plus(LEEWAY))
                ? new Verification.Valid(token)
                : new Verification.Expired(token.expiresAt());
    }

    private static Ticket ticket(JWTClaimsSet claims) throws ParseException {
        return new Ticket(
                player(claims),
                instance(claims),
                seat(claims),
                time(claims, "iat"),
                time(claims, "exp"),
                text(claims, "jti"),
                groups(claims),
                integer(claims, "cap"),
                trace(claims));
    }

    private static SessionToken session(JWTClaimsSet claims) throws ParseException {
        return new SessionToken(
                player(claims),
                instance(claims),
                seat(claims),
                time(claims, "iat"),
                time(claims, "exp"),
                text(claims, "jti"),
                groups(claims));
    }

    private static PlayerId player(JWTClaimsSet claims) throws ParseException {
        return new PlayerId(text(claims, "sub"));
    }

    private static InstanceId instance(JWTClaimsSet claims) throws ParseException {
        if (claims.getAudience().size() != 1) {
            throw new ParseException("aud must name one instance", 0);
        }
        return InstanceId.parse(claims.getAudience().get(0));
    }

    private static Seat seat(JWTClaimsSet claims) throws ParseException {
        return new Seat(integer(claims, "seat"), number(claims, "gen"));
    }

    /** Absent: of none. */
    private static List<String> groups(JWTClaimsSet claims) throws ParseException {
        List<String> groups = claims.getStringListClaim("grp");
        if (claims.getClaim("grp") == null && claims.getClaims().containsKey("grp")) {
            throw new ParseException("claim grp is null", 0);
        }
        return groups == null ? List.of() : groups;
    }

    /** Whatever is not one that is recorded is none: nobody is kept out for a trace. */
    private static Optional<TraceContext> trace(JWTClaimsSet claims) {
        return claims.getClaim("traceparent") instanceof String traceparent
                ? TraceContext.parse(traceparent).filter(TraceContext::sampled)
                : Optional.empty();
    }

    private static String text(JWTClaimsSet claims, String name) throws ParseException {
        String text = claims.getStringClaim(name);
        if (text == null) {
            throw new ParseException("claim " + name + " is missing", 0);
        }
        return text;
    }

    private static long number(JWTClaimsSet claims, String name) throws ParseException {
        // getLongClaim would cut a fraction off.
        if (!(claims.getClaim(name) instanceof Long number) || number < 0 || number >= 1L << 53) {
            throw new ParseException("claim " + name + " is missing or out of range", 0);
        }
        return number;
    }

    private static int integer(JWTClaimsSet claims, String name) throws ParseException {
        long number = number(claims, name);
        if (number > Integer.MAX_VALUE) {
            throw new ParseException("claim " + name + " is out of range", 0);
        }
        return (int) number;
    }

    private static Instant time(JWTClaimsSet claims, String name) throws ParseException {
        Date time = claims.getDateClaim(name);
        if (time == null) {
            throw new ParseException("claim " + name + " is missing", 0);
        }
        return time.toInstant();
    }
}
