package otherworld.matchmaker.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.base.PlayerId;
import otherworld.matchmaker.http.BearerTokens.Sender;

/** What may stand in a bearer token and in an issuer's keys, with keys of every kind over HTTP. */
class TokensOfStrangersIT {
    private static final Duration PAUSE = Duration.ofMillis(300);
    private static final TokenKeys KEYS = new TokenKeys();
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final String CLAIMS =
            "{\"iss\":\"i\",\"aud\":\"otherworld\",\"sub\":\"ann\",\"exp\":%d}"
                    .formatted(NOW.getEpochSecond() + 3600);

    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong nowNs = new AtomicLong();
    private volatile String published = KEYS.set(KEYS.all());
    private volatile int status = 200;
    private HttpServer issuer;
    private IssuerKeys keys;
    private BearerTokens tokens;

    @BeforeEach
    void start() throws Exception {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext(
                "/jwks",
                exchange -> {
                    asked.incrementAndGet();
                    byte[] body = published.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        issuer.start();
        keys =
                new IssuerKeys(
                        URI.create(
                                "http://127.0.0.1:%d/jwks"
                                        .formatted(issuer.getAddress().getPort())),
                        nowNs::get,
                        PAUSE,
                        new PrometheusRegistry());
        tokens = new BearerTokens("i", "otherworld", "groups", () -> NOW, keys);
    }

    @AfterEach
    void stop() {
        tokens.close();
        issuer.stop(0);
    }

    // ---- algorithms and headers
    // ---------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                "EdDSA", "Ed25519"
            })
    void everyAlgorithmOfItsKeyIsGood(String name) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        JWK key = KEYS.of(algorithm);
        assertPlayer(
                KEYS.sign(key, header(name, ",\"kid\":\"%s\"".formatted(key.getKeyID())), CLAIMS));
        assertPlayer(KEYS.sign(key, header(name, ""), CLAIMS)); // without kid
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"typ\":\"JWT\"",
                ",\"typ\":\"jwt\"",
                ",\"typ\":\"at+jwt\"",
                ",\"typ\":\"AT+JWT\"",
                ",\"typ\":\"application/at+jwt\"",
                ",\"typ\":\"application/jwt\"",
                ",\"cty\":\"x\",\"jku\":\"http://evil\""
            })
    void typesOfBearerTokensAreGood(String more) {
        assertPlayer(rs256(more, CLAIMS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"typ\":\"dpop+jwt\"",
                ",\"typ\":\"ow-ticket+jwt\"",
                ",\"typ\":\"\"",
                ",\"typ\":null",
                ",\"typ\":7",
                ",\"typ\":[\"JWT\"]",
                ",\"kid\":null",
                ",\"kid\":7",
                ",\"kid\":{}",
                ",\"crit\":[\"exp\"],\"exp\":1",
                ",\"crit\":[]",
                ",\"crit\":null",
                ",\"b64\":false",
                ",\"zip\":\"DEF\"",
                ",\"alg\":\"RS256\"",
                ",\"x\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
            })
    void otherHeadersAreNot(String more) {
        assertNobody(rs256(more, CLAIMS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none", "None", "NONE", "", "HS256", "HS384", "HS512", "ES256K", "EdDSA", "ES256",
                "PS256x", "rs256", "RSA1_5", "A128KW"
            })
    void algorithmsThatAreNotTheKeysAreRefused(String name) {
        JWK rsa = KEYS.of(JWSAlgorithm.RS256);
        assertNobody(
                KEYS.sign(rsa, header(name, ",\"kid\":\"%s\"".formatted(rsa.getKeyID())), CLAIMS));
        String unsigned = TokenKeys.encode(header(name, "")) + "." + TokenKeys.encode(CLAIMS) + ".";
        assertNobody(unsigned);
        assertNobody(unsigned + "AA");
    }

    /** The classic: the public key as a secret of HMAC. */
    @Test
    void thePublicKeyIsNoSecret() {
        assertNobody(KEYS.hmacWithPublicKey(header("HS256", ""), CLAIMS));
    }

    @Test
    void whatAKeyIsForIsHonoured() {
        JWK rsa = KEYS.of(JWSAlgorithm.RS256);
        String token = rs256("", CLAIMS);
        for (String member :
                List.of(
                        "\"use\":\"enc\"",
                        "\"key_ops\":[\"encrypt\"]",
                        "\"alg\":\"RS512\"",
                        "\"alg\":\"RSA-OAEP\"")) {
            published = KEYS.set(List.of(rsa)).replace("\"kty\":", member + ",\"kty\":");
            assertThat(published).contains(member);
            IssuerKeys these = reading();
            assertThat(
                            new BearerTokens("i", "otherworld", "groups", () -> NOW, these)
                                    .sender("Bearer " + token))
                    .as(member)
                    .isNotInstanceOf(Sender.Player.class);
            these.close();
        }
        published =
                KEYS.set(List.of(rsa))
                        .replace(
                                "\"kty\":",
                                "\"use\":\"sig\",\"key_ops\":[\"verify\"],\"alg\":\"RS256\",\"kty\":");
        IssuerKeys these = reading();
        assertThat(
                        new BearerTokens("i", "otherworld", "groups", () -> NOW, these)
                                .sender("Bearer " + token))
                .isInstanceOf(Sender.Player.class);
        these.close();
    }

    // ---- claims
    // ----------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"sub\":null",
                "\"sub\":\"\"",
                "\"sub\":7",
                "\"sub\":[\"ann\"]",
                "\"sub\":{}",
                "\"sub\":\"a b\"",
                "\"sub\":\"a\\u0000\"",
                "\"sub\":\"a\\n\"",
                "\"sub\":\"\\ud800\"",
                "\"sub\":\"%LONG%\"",
                "\"sub\":true",
                "\"exp\":null",
                "\"exp\":\"9999999999\"",
                "\"exp\":1e400",
                "\"exp\":1e20",
                "\"exp\":-1",
                "\"exp\":0",
                "\"exp\":true",
                "\"exp\":[]",
                "\"exp\":{}",
                "\"exp\":99999999999999999999999999999999",
                "\"nbf\":null",
                "\"nbf\":\"0\"",
                "\"nbf\":9999999999",
                "\"nbf\":1e300",
                "\"iat\":null",
                "\"iat\":\"0\"",
                "\"iat\":[0]",
                "\"iat\":-1e300",
                "\"aud\":null",
                "\"aud\":[]",
                "\"aud\":\"other\"",
                "\"aud\":[\"other\"]",
                "\"aud\":[[\"otherworld\"]]",
                "\"aud\":{\"a\":\"otherworld\"}",
                "\"aud\":7",
                "\"aud\":[\"otherworld\",7]",
                "\"aud\":[null]",
                "\"iss\":null",
                "\"iss\":\"I\"",
                "\"iss\":[\"i\"]",
                "\"iss\":\"\"",
                "\"exp\":9999999999,\"exp\":9999999999",
                "\"x\":[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
            })
    void aGenuineTokenWithBadClaimsIsNobodys(String claim) {
        String name = claim.substring(0, claim.indexOf(':'));
        String without =
                CLAIMS.replaceAll(name + ":(\"[^\"]*\"|[0-9]+),?", "").replaceAll(",}$", "}");
        String with =
                without.replaceFirst(
                        "\\{",
                        java.util.regex.Matcher.quoteReplacement(
                                "{" + claim.replace("%LONG%", "a".repeat(129)) + ","));
        assertNobody(rs256("", with));
        if (List.of("\"sub\"", "\"exp\"", "\"iss\"", "\"aud\"").contains(name)) {
            assertNobody(rs256("", without));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "7",
                "\"a\"",
                "",
                "{",
                "{}x",
                "{} {}",
                "\ufeff{}",
                "{\"a\":1,}",
                "{'iss':'i'}"
            })
    void whatIsNoObjectIsNobodys(String claims) {
        assertNobody(rs256("", claims));
        if (!claims.isEmpty()) {
            assertNobody(rs256("", CLAIMS + claims));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"aud\":[\"other\",\"otherworld\"]",
                "\"exp\":9999999999.5",
                "\"nbf\":0",
                "\"iat\":0.25",
                "\"nbf\":1e3",
                "\"x\":null",
                "\"x\":{\"y\":[1]}"
            })
    void unusualClaimsThatAreRightAreGood(String claim) {
        String name = claim.substring(0, claim.indexOf(':'));
        assertPlayer(
                rs256(
                        "",
                        CLAIMS.replaceAll(name + ":(\"[^\"]*\"|[0-9]+),?", "")
                                .replaceAll(",}$", "}")
                                .replaceFirst("\\{", "{" + claim + ",")));
    }

    /** Whatever changes in a good token: nobody, and nothing is thrown. */
    @Test
    void alteredTokensAreNobodys() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("alteredTokensAreNobodys -Dseed=" + seed);
        Random random = new Random(seed);
        String kid = KEYS.of(JWSAlgorithm.EdDSA).getKeyID();
        String good =
                KEYS.sign(
                        KEYS.of(JWSAlgorithm.EdDSA),
                        header("EdDSA", ",\"kid\":\"%s\"".formatted(kid)),
                        CLAIMS);
        assertPlayer(good);
        for (int round = 0; round < 3_000; round++) {
            String altered = alter(good, random, kid);
            if (!altered.equals(good)) {
                assertThat(tokens.sender("Bearer " + altered))
                        .as(altered)
                        .isInstanceOf(Sender.Nobody.class);
            }
        }
    }

    /** Never in what the header says of the key: an unknown one waits for the issuer. */
    private static String alter(String token, Random random, String kid) {
        String[] parts = token.split("\\.", -1);
        int part = random.nextInt(3);
        boolean raw = part == 0 || random.nextBoolean();
        StringBuilder text =
                new StringBuilder(
                        part == 2 || (raw && part != 0)
                                ? parts[part]
                                : new String(
                                        java.util.Base64.getUrlDecoder().decode(parts[part]),
                                        StandardCharsets.UTF_8));
        int kidAt = part == 0 ? text.indexOf(kid) : -1;
        int end = kidAt < 0 ? text.length() : kidAt - 8;
        int at = random.nextInt(Math.max(1, end));
        String odd = "\"{}[]:,\\0e-.ntf \u0000\u00e4AZ";
        switch (random.nextInt(4)) {
            case 0 -> text.setCharAt(at, odd.charAt(random.nextInt(odd.length())));
            case 1 -> text.deleteCharAt(at);
            case 2 -> text.insert(at, odd.charAt(random.nextInt(odd.length())));
            default -> text.insert(at, String.valueOf("[").repeat(random.nextInt(60)));
        }
        parts[part] =
                part == 2 || (raw && part != 0)
                        ? text.toString()
                        : TokenKeys.encode(text.toString());
        return String.join(".", parts);
    }

    @Test
    void hugeTokensAreNobodys() {
        assertNobody("a".repeat(BearerTokens.MAX_LENGTH + 1));
        assertNobody(rs256("", "[".repeat(5_000)));
        assertNobody(rs256("", "{\"a\":".repeat(900)));
        assertNobody(rs256("", "{\"exp\":" + "9".repeat(4_000) + "}"));
        assertNobody(".".repeat(100));
        assertNobody("..");
        assertNobody("");
    }

    // ---- the issuer's keys
    // --------------------------------------------------------------------------

    @Test
    void forgedKeyIdsKeepNoNewKeyOut() throws Exception {
        published = KEYS.set(List.of(KEYS.of(JWSAlgorithm.ES256)));
        IssuerKeys these = reading();
        BearerTokens fresh = new BearerTokens("i", "otherworld", "groups", () -> NOW, these);
        String first = KEYS.sign(KEYS.of(JWSAlgorithm.ES256), header("ES256", ""), CLAIMS);
        assertThat(fresh.sender("Bearer " + first)).isInstanceOf(Sender.Player.class);
        int before = asked.get();
        long begunNs = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Sender>> forged = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String token =
                        KEYS.sign(
                                KEYS.of(JWSAlgorithm.EdDSA),
                                header("EdDSA", ",\"kid\":\"forged-%d\"".formatted(i)),
                                CLAIMS);
                forged.add(threads.submit(() -> fresh.sender("Bearer " + token)));
            }
            published = KEYS.set(KEYS.all());
            assertThat(fresh.sender("Bearer " + rs256("", CLAIMS)))
                    .isInstanceOf(Sender.Player.class);
            for (Future<Sender> one : forged) {
                assertThat(one.get()).isInstanceOf(Sender.Nobody.class);
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begunNs)).isLessThan(Duration.ofSeconds(6));
        assertThat(asked.get() - before).isBetween(1, 5);
        these.close();
    }

    @Test
    void goodKeysStayWhenTheIssuerIsBrokenButNotForEver() {
        assertPlayer(rs256("", CLAIMS));
        int round = 0;
        for (String broken :
                List.of("{\"keys\":[]}", "{}", "", "null", "<html>", "{\"keys\":[{}]}")) {
            published = broken;
            assertThat(tokens.sender("Bearer " + unknownKid()))
                    .as(broken)
                    .isInstanceOf(Sender.Unavailable.class);
            String other = CLAIMS.replace("ann", "p" + round++);
            assertThat(tokens.sender("Bearer " + rs256("", other)))
                    .isInstanceOf(Sender.Player.class);
            assertThat(tokens.trouble()).isEmpty();
        }
        nowNs.addAndGet(IssuerKeys.KEPT.toNanos());
        assertThat(tokens.trouble()).contains("none that can be used");
        assertThat(tokens.sender("Bearer " + rs256("", CLAIMS.replace("ann", "eve"))))
                .isInstanceOf(Sender.Unavailable.class);
        published = KEYS.set(KEYS.all());
        assertThat(tokens.sender("Bearer " + rs256("", CLAIMS.replace("ann", "eve"))))
                .isInstanceOf(Sender.Player.class);
        assertThat(tokens.trouble()).isEmpty();
    }

    @Test
    void oneBadKeySpoilsNoOthers() {
        String good = KEYS.of(JWSAlgorithm.RS256).toPublicJWK().toJSONString();
        published =
                "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"\"},{\"kty\":\"new\"},7,null,{\"kty\":null},"
                        + "{\"kty\":\"oct\",\"k\":\"AAAA\",\"kid\":\"h\"},{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"},"
                        + good
                        + "]}";
        IssuerKeys these = reading();
        BearerTokens fresh = new BearerTokens("i", "otherworld", "groups", () -> NOW, these);
        assertThat(fresh.sender("Bearer " + rs256("", CLAIMS))).isInstanceOf(Sender.Player.class);
        these.close();
    }

    @Test
    void aKeyThatWasTakenBackIsNotBelieved() {
        String first = rs256("", CLAIMS);
        assertPlayer(first);
        published = KEYS.set(List.of(KEYS.of(JWSAlgorithm.ES256)));
        nowNs.addAndGet(IssuerKeys.FRESH.toNanos() + 1);
        tokens.sender("Bearer " + rs256("", CLAIMS.replace("ann", "bob"))); // begins a read
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        tokens.sender(
                                        "Bearer "
                                                + rs256(
                                                        "",
                                                        CLAIMS.replace(
                                                                "ann", "c" + System.nanoTime())))
                                instanceof Sender.Nobody);
    }

    @Test
    void anIssuerThatIsAwayIsSaidSoonAndNotForEver() {
        status = 503;
        IssuerKeys these = reading();
        BearerTokens fresh = new BearerTokens("i", "otherworld", "groups", () -> NOW, these);
        long begunNs = System.nanoTime();
        assertThat(fresh.sender("Bearer " + rs256("", CLAIMS)))
                .isInstanceOf(Sender.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begunNs)).isLessThan(Duration.ofSeconds(6));
        assertThat(fresh.trouble()).contains("503");
        status = 200;
        assertThat(fresh.sender("Bearer " + rs256("", CLAIMS))).isInstanceOf(Sender.Player.class);
        these.close();
    }

    // ---- helpers
    // ---------------------------------------------------------------------------------

    private IssuerKeys reading() {
        return new IssuerKeys(
                URI.create("http://127.0.0.1:%d/jwks".formatted(issuer.getAddress().getPort())),
                nowNs::get,
                PAUSE,
                new PrometheusRegistry());
    }

    private static String header(String algorithm, String more) {
        return "{\"alg\":\"%s\"%s}".formatted(algorithm, more);
    }

    private static String rs256(String more, String claims) {
        return KEYS.sign(KEYS.of(JWSAlgorithm.RS256), header("RS256", more), claims);
    }

    private static String unknownKid() {
        return KEYS.sign(
                KEYS.of(JWSAlgorithm.EdDSA), header("EdDSA", ",\"kid\":\"nobody\""), CLAIMS);
    }

    private void assertPlayer(String token) {
        assertThat(tokens.sender("Bearer " + token))
                .as(token)
                .isEqualTo(new Sender.Player(new PlayerId("ann"), List.of()));
    }

    private void assertNobody(String token) {
        assertThat(tokens.sender("Bearer " + token)).as(token).isInstanceOf(Sender.Nobody.class);
    }
}
