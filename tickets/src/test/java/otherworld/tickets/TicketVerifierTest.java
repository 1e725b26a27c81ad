package otherworld.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.base.InstanceId;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;

class TicketVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");
    private static final InstanceId HERE = new InstanceId(new WorldId("default.plaza"), 7);
    private static final PlayerId PLAYER = new PlayerId("ann\"\\<&>");

    private final String jwkSet = SigningKeys.generate();
    private final SigningKeys keys = SigningKeys.parse(jwkSet);
    private final TicketSigner signer = new TicketSigner(keys, "otherworld");
    private final Ticket ticket =
            Ticket.issue(
                    PLAYER,
                    HERE,
                    new Seat(12, 1_795_253_000_123_456L),
                    "r-1",
                    List.of("builders", "/staff"),
                    100,
                    NOW);
    private final SessionToken session =
            SessionToken.issue(
                    PLAYER,
                    HERE,
                    new Seat(12, 1_795_253_000_123_456L),
                    "r-1",
                    List.of("builders"),
                    NOW);
    private Instant now = NOW;
    private final TicketVerifier verifier =
            new TicketVerifier("otherworld", new StaticKeySource(keys.publicJson()), () -> now);

    @Test
    void returnsWhatWasSigned() {
        assertThat(verifier.verify(signer.sign(ticket), HERE))
                .isEqualTo(new Verification.Valid(ticket));
        assertThat(verifier.verify(signer.sign(session), HERE))
                .isEqualTo(new Verification.Valid(session));
    }

    @Test
    void aTicketCarriesTheTraceThatItWasIssuedFor() {
        Optional<TraceContext> trace =
                TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        Ticket traced = ticket.traced(trace);
        assertThat(verifier.verify(signer.sign(traced), HERE))
                .isEqualTo(new Verification.Valid(traced));
        assertThat(traced.trace()).isEqualTo(trace);
        assertThat(ticket.traced(TraceContext.parse(notSampled())).trace()).isEmpty();
    }

    private static String notSampled() {
        return "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    }

    /** A trace is nothing to keep a player out for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "null",
                "\"\"",
                "\"00-nonsense\"",
                "\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\""
            })
    void whatIsNoTraceOfATicketIsPassedOver(String traceparent) {
        String[] parts = signer.sign(ticket).split("\\.", -1);
        String claims = new Base64URL(parts[1]).decodeToString();
        String with = claims.replaceFirst("}$", ",\"traceparent\":" + traceparent + "}");
        String header = new Base64URL(parts[0]).decodeToString();
        assertThat(verifier.verify(signed(header, Base64URL.encode(with).toString())))
                .isEqualTo(new Verification.Valid(ticket));
    }

    @Test
    void expiresAfterItsLifeAndOneSecondOfLeeway() {
        now = NOW.plusSeconds(11).minusNanos(1);
        assertThat(verifier.verify(signer.sign(ticket), HERE))
                .isInstanceOf(Verification.Valid.class);
        now = NOW.plusSeconds(11);
        assertThat(verifier.verify(signer.sign(ticket), HERE))
                .isEqualTo(new Verification.Expired(NOW.plusSeconds(10)));
        now = NOW.plus(Duration.ofHours(24)).plusSeconds(1);
        assertThat(verifier.verify(signer.sign(session), HERE))
                .isInstanceOf(Verification.Expired.class);
    }

    /** Of a ticket's ten seconds an instance's clock may take eight, and a slow one gives some. */
    @Test
    void clocksThatDifferByEightSecondsRejectNoTicketThatIsUsedWithinTwo() {
        for (int ahead = -8; ahead <= 8; ahead++) {
            now = NOW.plusSeconds(ahead).plusSeconds(2);
            assertThat(verifier.verify(signer.sign(ticket), HERE))
                    .as("an instance that is %d s ahead", ahead)
                    .isInstanceOf(Verification.Valid.class);
        }
    }

    /** What is genuine elsewhere is worth nothing here: of another World, or of another fleet. */
    @Test
    void refusesTokensOfOtherWorldsAndOfOtherFleets() {
        for (String elsewhere :
                List.of("default.castle", "games.plaza", "default.plaza-7", "default")) {
            InstanceId there = new InstanceId(new WorldId(elsewhere), HERE.ordinal());
            Ticket its = Ticket.issue(PLAYER, there, new Seat(12, 7), "r-1", List.of(), 100, NOW);
            assertThat(verifier.verify(signer.sign(its), HERE))
                    .isEqualTo(new Verification.WrongInstance(there.toString()));
        }
        SigningKeys theirs = SigningKeys.parse(SigningKeys.generate());
        // With our key's name, and its public half in the header, as some libraries believe it.
        String payload = signer.sign(ticket).split("\\.", -1)[1];
        for (String header :
                List.of(
                        "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\",\"kid\":\"%s\"}",
                        "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\",\"kid\":\"%s\",\"jwk\":"
                                + onlyKey(theirs.publicJson())
                                + "}")) {
            String input = Base64URL.encode(header.formatted(keys.kid())) + "." + payload;
            byte[] signature = theirs.sign(input.getBytes(StandardCharsets.US_ASCII));
            assertForged(input + "." + Base64URL.encode(signature));
        }
    }

    @Test
    void refusesATokenForAnotherInstance() {
        assertThat(verifier.verify(signer.sign(ticket), new InstanceId(HERE.world(), 8)))
                .isEqualTo(new Verification.WrongInstance("default.plaza/7"));
    }

    @Test
    void refusesAnotherIssuerAndAnotherKey() {
        assertThat(verifier.verify(new TicketSigner(keys, "elsewhere").sign(ticket)))
                .isInstanceOf(Verification.Forged.class);
        SigningKeys other = SigningKeys.parse(SigningKeys.generate());
        assertThat(verifier.verify(new TicketSigner(other, "otherworld").sign(ticket)))
                .isEqualTo(new Verification.Forged("signed by an unknown key"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\",\"kid\":null}",
                "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\",\"kid\":7}",
                "{\"alg\":\"EdDSA\",\"typ\":null,\"kid\":\"KID\"}",
                "{\"alg\":null,\"typ\":\"ow-ticket+jwt\",\"kid\":\"KID\"}",
                "{\"alg\":[\"EdDSA\"],\"typ\":\"ow-ticket+jwt\",\"kid\":\"KID\"}",
                "null",
                "[]",
                "7",
                "{\"alg\":\"none\",\"typ\":\"ow-ticket+jwt\",\"kid\":\"KID\"}",
                "{\"alg\":\"HS256\",\"typ\":\"ow-ticket+jwt\",\"kid\":\"KID\"}",
                "{\"alg\":\"EdDSA\",\"kid\":\"KID\"}",
                "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\"}",
                "{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"KID\"}",
                "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\",\"kid\":\"KID\",\"crit\":[\"exp\"],\"exp\":1}",
                "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\",\"kid\":\"KID\",\"jku\":\"http://evil\"}",
            })
    void refusesEveryOtherHeaderEvenIfGenuinelySigned(String header) {
        String payload = signer.sign(ticket).split("\\.", -1)[1];
        assertThat(verifier.verify(signed(header.replace("KID", keys.kid()), payload)))
                .isInstanceOf(Verification.Forged.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{\"iss\":\"otherworld\"}",
                "null",
                "7",
                "{\"iss\":null,\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":null,\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":null,\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":[null],\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":{\"a\":1},\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":null,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":\"9999999999\",\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1.5,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1e300,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a b\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":[\"w/0\",\"w/1\"],\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":4294967296,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":0,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\"}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1,\"grp\":null}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1,\"grp\":\"builders\"}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1,\"grp\":[7]}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1,\"grp\":[\"a b\"]}",
                "{\"iss\":\"otherworld\",\"sub\":\"a\",\"aud\":\"w/0\",\"seat\":1,\"gen\":1,\"iat\":1,\"exp\":9999999999,\"jti\":\"\",\"cap\":1,\"grp\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]}",
            })
    void refusesClaimsThatAreMissingOrOutOfRange(String claims) {
        String header =
                "{\"alg\":\"EdDSA\",\"typ\":\"ow-ticket+jwt\",\"kid\":\"" + keys.kid() + "\"}";
        String payload = Base64URL.encode(claims).toString();
        assertThat(verifier.verify(signed(header, payload)))
                .isInstanceOf(Verification.Forged.class);
    }

    @Test
    void readsNoMoreThanTheLengthBound() {
        SessionToken longest =
                SessionToken.issue(
                        new PlayerId("\"".repeat(PlayerId.MAX_LENGTH)),
                        new InstanceId(new WorldId("a".repeat(WorldId.MAX_LENGTH)), 99_999),
                        new Seat(4095, (1L << 53) - 1),
                        "r".repeat(64),
                        IntStream.range(0, Permissions.MAX_GROUPS)
                                .mapToObj(i -> "g".repeat(63) + i)
                                .toList(),
                        NOW);
        String token = new TicketSigner(keys, "otherworld").sign(longest);
        assertThat(token.length()).isLessThanOrEqualTo(Token.MAX_LENGTH);
        assertThat(verifier.verify(token)).isEqualTo(new Verification.Valid(longest));
        assertThat(verifier.verify("a".repeat(Token.MAX_LENGTH + 1)))
                .isEqualTo(new Verification.Forged("2049 characters, more than 2048"));
    }

    /** Any change of a token, however small, must be refused, and nothing may be thrown. */
    @Test
    void refusesEveryAlteredOrTruncatedToken() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("refusesEveryAlteredOrTruncatedToken -Dseed=" + seed);
        Random random = new Random(seed);
        String genuine = signer.sign(ticket);
        for (int i = 0; i < genuine.length(); i++) {
            assertForged(genuine.substring(0, i));
        }
        for (int round = 0; round < 4000; round++) {
            String altered = mutate(genuine, random);
            if (!altered.equals(genuine)) {
                assertForged(altered);
            }
        }
    }

    /** A 64-byte signature leaves 4 spare bits in its last character. */
    @Test
    void refusesOtherSpellingsOfTheSignature() {
        String genuine = signer.sign(ticket);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < alphabet.length(); i++) {
            String altered = genuine.substring(0, genuine.length() - 1) + alphabet.charAt(i);
            if (!altered.equals(genuine)) {
                assertForged(altered);
            }
        }
        assertForged(genuine + "\n");
        assertForged(" " + genuine);
        assertForged(genuine + "=");
    }

    @Test
    void rotatedKeysAreAllPublishedAndTheFirstSigns() {
        String second = SigningKeys.generate();
        String both = "{\"keys\":[%s,%s]}".formatted(onlyKey(second), onlyKey(jwkSet));
        SigningKeys rotated = SigningKeys.parse(both);
        TicketVerifier knowsBoth =
                new TicketVerifier(
                        "otherworld", new StaticKeySource(rotated.publicJson()), () -> now);
        assertThat(rotated.kid()).isEqualTo(SigningKeys.parse(second).kid());
        assertThat(rotated.publicJson()).doesNotContain("\"d\"");
        assertThat(knowsBoth.verify(signer.sign(ticket))).isInstanceOf(Verification.Valid.class);
        assertThat(knowsBoth.verify(new TicketSigner(rotated, "otherworld").sign(ticket)))
                .isInstanceOf(Verification.Valid.class);
    }

    private static String onlyKey(String set) {
        return set.substring(set.indexOf('[') + 1, set.lastIndexOf(']'));
    }

    private static String mutate(String token, Random random) {
        StringBuilder text = new StringBuilder(token);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, (char) (33 + random.nextInt(94)));
                case 1 -> text.deleteCharAt(at);
                case 2 -> text.insert(at, (char) random.nextInt(0x300));
                default -> text.setCharAt(at, text.charAt(random.nextInt(text.length())));
            }
        }
        return text.toString();
    }

    private void assertForged(String token) {
        assertThat(verifier.verify(token)).as(token).isInstanceOf(Verification.Forged.class);
    }

    private String signed(String header, String payload) {
        String input = Base64URL.encode(header) + "." + payload;
        return input + "." + Base64URL.encode(keys.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    /** With the longest claims a trace still has room. */
    @Test
    void theLongestTicketWithATraceIsWithinTheLengthBound() {
        Ticket longest =
                Ticket.issue(
                                new PlayerId("\"".repeat(PlayerId.MAX_LENGTH)),
                                new InstanceId(new WorldId("a".repeat(WorldId.MAX_LENGTH)), 99_999),
                                new Seat(4095, (1L << 53) - 1),
                                "r".repeat(64),
                                IntStream.range(0, Permissions.MAX_GROUPS)
                                        .mapToObj(i -> "g".repeat(63) + i)
                                        .toList(),
                                Seat.MAX_CAPACITY,
                                NOW)
                        .traced(
                                TraceContext.parse(
                                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        assertThat(signer.sign(longest).length()).isLessThanOrEqualTo(Token.MAX_LENGTH);
        assertThat(verifier.verify(signer.sign(longest)))
                .isEqualTo(new Verification.Valid(longest));
    }

    @Test
    void signerWritesTheTypesOfTheContract() {
        assertThat(TicketSigner.TICKET).isEqualTo(new JOSEObjectType("ow-ticket+jwt"));
        assertThat(TicketSigner.SESSION).isEqualTo(new JOSEObjectType("ow-session+jwt"));
    }
}
