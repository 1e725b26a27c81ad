package otherworld.operator.certificates;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import otherworld.operator.certificates.Secrets.Stored;
import otherworld.ops.tls.Authority;
import otherworld.ops.tls.Credentials;
import otherworld.ops.tls.Pem;
import otherworld.ops.tls.Unusable;

/** {@link Authorities} as a Secret's data. */
final class AuthoritySecret {
    private static final String CURRENT = "ca";
    private static final String NEXT = "next";
    private static final String SINCE = "next-since";
    private static final String RETIRED = "retired.crt";

    private AuthoritySecret() {}

    static Map<String, String> data(Authorities authorities) {
        Map<String, String> data = new LinkedHashMap<>();
        authorities.issuing().ifPresent(each -> put(data, CURRENT, each));
        authorities
                .coming()
                .ifPresent(each -> {
                    put(data, NEXT, each);
                    data.put(SINCE, authorities.comingSince().toString());
                });
        if (!authorities.retired().isEmpty()) {
            data.put(
                    RETIRED,
                    authorities.retired().stream().map(Pem::encode).collect(Collectors.joining()));
        }
        return data;
    }

    private static void put(Map<String, String> data, String name, Authority authority) {
        data.put(name + ".crt", authority.self().chainPem());
        data.put(name + ".key", authority.self().keyPem());
    }

    /**
     * @throws Unusable and then nothing may be written in its place: it may be mended
     */
    static Authorities read(Stored stored) throws Unusable {
        Optional<Authority> issuing = authority(stored, CURRENT);
        Optional<Authority> coming = authority(stored, NEXT);
        if (issuing.isEmpty() && coming.isEmpty()) {
            throw new Unusable("it has neither ca.crt and ca.key nor next.crt and next.key", null);
        }
        return new Authorities(
                issuing,
                coming,
                since(stored),
                stored.data().containsKey(RETIRED)
                        ? Pem.certificates(stored.bytes(RETIRED), RETIRED)
                        : List.of());
    }

    private static Instant since(Stored stored) throws Unusable {
        String text = new String(stored.bytes(SINCE), StandardCharsets.UTF_8);
        try {
            return text.isEmpty() ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new Unusable("%s is no time: '%s'".formatted(SINCE, text), e);
        }
    }

    private static Optional<Authority> authority(Stored stored, String name) throws Unusable {
        String certificate = name + ".crt";
        String key = name + ".key";
        return stored.data().containsKey(certificate)
                ? Optional.of(
                        new Authority(
                                Credentials.of(
                                        stored.bytes(certificate),
                                        certificate,
                                        stored.bytes(key),
                                        key)))
                : Optional.empty();
    }
}
