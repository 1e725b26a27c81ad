package otherworld.matchmaker.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JWSAlgorithm;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JWT as a stranger sent it (RFC 7519; {@code typ} as RFC 9068 has it): read strictly, believed
 * only once its signature was checked.
 *
 * @param kid null if it names none
 */
record BearerToken(
        JWSAlgorithm algorithm,
        @Nullable String kid,
        byte[] signingInput,
        byte[] signature,
        JsonNode payload) {
    private static final Pattern COMPACT =
            Pattern.compile("([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)");
    private static final Set<String> TYPES = Set.of("jwt", "at+jwt");
    private static final BigDecimal LATEST = new BigDecimal(253_402_300_799L); // the year 9999

    /** What the issuer says; each checked for its type. */
    record Claims(JsonNode payload) {
        String subject() {
            return text("sub");
        }

        Instant expires() {
            return time("exp");
        }

        /**
         * The names in a claim that is one string or an array of them; what is no string there is
         * no name.
         */
        List<String> names(String claim) {
            JsonNode value = payload.path(claim);
            if (value.isTextual()) {
                return List.of(value.textValue());
            }
            List<String> names = new ArrayList<>();
            if (value.isArray()) {
                value.forEach(one -> {
                    if (one.isTextual()) {
                        names.add(one.textValue());
                    }
                });
            }
            return List.copyOf(names);
        }

        /** Why the token is not good now and here; empty if it is. */
        String wrong(String issuer, String audience, Instant now, Duration skew) {
            if (!issuer.equals(text("iss"))) {
                return "the token's issuer is another";
            }
            if (!isFor(audience)) {
                return "the token's audience is another";
            }
            if (!now.isBefore(expires().plus(skew))) {
                return "the token expired at " + expires();
            }
            if (payload.has("nbf") && now.plus(skew).isBefore(time("nbf"))) {
                return "the token is not good before " + time("nbf");
            }
            if (payload.has("iat")) {
                time("iat");
            }
            return "";
        }

        private boolean isFor(String audience) {
            JsonNode aud = payload.path("aud");
            if (aud.isTextual()) {
                return aud.textValue().equals(audience);
            }
            boolean found = false;
            for (JsonNode one : aud) {
                if (!aud.isArray() || !one.isTextual()) {
                    throw new IllegalArgumentException("aud must be a string or strings");
                }
                found |= one.textValue().equals(audience);
            }
            return found;
        }

        private String text(String name) {
            JsonNode value = payload.path(name);
            if (!value.isTextual()) {
                throw new IllegalArgumentException(name + " must be a string");
            }
            return value.textValue();
        }

        /** A NumericDate: seconds, perhaps with a fraction. */
        private Instant time(String name) {
            JsonNode value = payload.path(name);
            if (!value.isNumber()) {
                throw new IllegalArgumentException(name + " must be a number");
            }
            BigDecimal seconds = value.decimalValue();
            if (seconds.signum() < 0 || seconds.compareTo(LATEST) > 0) {
                throw new IllegalArgumentException(name + " is no time");
            }
            return Instant.ofEpochSecond(seconds.longValue());
        }
    }

    Claims claims() {
        return new Claims(payload);
    }

    /**
     * @throws IllegalArgumentException if it is not one that could be good
     */
    static BearerToken parse(String token) {
        Matcher parts = COMPACT.matcher(token);
        if (!parts.matches()) {
            throw new IllegalArgumentException("it is no compact JWS");
        }
        JsonNode header = StrictJson.object(utf8(decode(parts.group(1))));
        if (header.has("crit") || header.has("b64") || header.has("zip")) {
            throw new IllegalArgumentException("its header has extensions that are not known here");
        }
        if (header.has("typ") && !TYPES.contains(type(header.get("typ")))) {
            throw new IllegalArgumentException("its typ is neither JWT nor at+jwt");
        }
        JsonNode kid = header.path("kid");
        if (header.has("kid") && !kid.isTextual()) {
            throw new IllegalArgumentException("kid must be a string");
        }
        JsonNode name = header.path("alg");
        JWSAlgorithm algorithm =
                SignatureCheck.algorithm(name.isTextual() ? name.textValue() : "none")
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "its alg is none of RS, PS, ES or EdDSA"));
        return new BearerToken(
                algorithm,
                kid.textValue(),
                token.substring(0, parts.end(2)).getBytes(StandardCharsets.US_ASCII),
                decode(parts.group(3)),
                StrictJson.object(utf8(decode(parts.group(2)))));
    }

    private static String type(JsonNode typ) {
        String type = typ.isTextual() ? typ.textValue().toLowerCase(Locale.ROOT) : "";
        return type.startsWith("application/") ? type.substring("application/".length()) : type;
    }

    /** Canonical: each value has one spelling. */
    private static byte[] decode(String part) {
        byte[] bytes = Base64.getUrlDecoder().decode(part);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
            throw new IllegalArgumentException("it is not canonical base64url");
        }
        return bytes;
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it is not UTF-8", e);
        }
    }
}
