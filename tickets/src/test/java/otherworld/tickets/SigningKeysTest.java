package otherworld.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    @Test
    void aKeySaysWhenItWasMadeAndEachHasANameOfItsOwn() {
        String set = SigningKeys.generate(Instant.ofEpochSecond(1_795_253_000));
        SigningKeys keys = SigningKeys.parse(set);
        assertThat(keys.published())
                .extracting(VerificationKey::kid, VerificationKey::made)
                .containsExactly(
                        tuple(keys.kid(), Optional.of(Instant.ofEpochSecond(1_795_253_000))));
        String key = set.substring(set.indexOf('[') + 1, set.lastIndexOf(']'));
        assertThatThrownBy(() -> SigningKeys.parse("{\"keys\":[" + key + "," + key + "]}"))
                .hasMessageContaining("one kid");
    }

    @Test
    void generatesKeysThatItReads() {
        String json = SigningKeys.generate();
        assertThat(json).contains("\"d\"").isNotEqualTo(SigningKeys.generate());
        assertThat(SigningKeys.parse(json).publicJson()).doesNotContain("\"d\"");
    }

    @Test
    void saysWhatIsWrongWithoutRepeatingASecret() {
        String json = SigningKeys.generate();
        String secret = json.replaceAll(".*\"d\":\"([^\"]+)\".*", "$1");
        assertRefused("x", "not a JWK Set");
        assertRefused("{\"keys\":[]}", "empty");
        assertRefused(json.replaceAll("\"kid\":\"[^\"]+\",?", ""), "kid");
        assertRefused(SigningKeys.parse(json).publicJson(), "must be an Ed25519 private key");
        String mixed =
                json.replace(
                        secret, SigningKeys.generate().replaceAll(".*\"d\":\"([^\"]+)\".*", "$1"));
        assertRefused(mixed, "x is not the public key of d");
        assertThatThrownBy(() -> SigningKeys.parse(mixed)).message().doesNotContain(secret);
    }

    /** Ed25519 gives a message one signature, so both must agree on every one. */
    @Test
    void bothLibrariesMakeTheSameSignatures() {
        Random random = new Random(7);
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        for (int length = 0; length < 600; length += 7) {
            byte[] message = new byte[length];
            random.nextBytes(message);
            assertThat(keys.sign(message)).isEqualTo(keys.signInJava(message));
        }
    }

    @Test
    void signsNativelyWhereTheLibraryIsBuiltFor() {
        assumeThat(System.getProperty("os.name") + " " + System.getProperty("os.arch"))
                .isIn("Linux amd64", "Linux aarch64", "Mac OS X aarch64");
        assertThat(SigningKeys.parse(SigningKeys.generate()).signedBy()).isEqualTo("AWS-LC");
    }

    @Test
    void aLibraryThatSignsSomethingElseIsNotUsed() {
        byte[] secret = new byte[32];
        assertThat(NativeEd25519.load(secret, new byte[8], new byte[64]))
                .isInstanceOf(NativeEd25519.Loading.Absent.class);
    }

    @Test
    void manyThreadsSignAtOnce() throws Exception {
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        List<Future<?>> done = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 400; i++) {
                byte[] message = {(byte) i, (byte) (i >> 8)};
                done.add(
                        threads.submit(() ->
                                assertThat(keys.sign(message))
                                        .isEqualTo(keys.signInJava(message))));
            }
        }
        for (Future<?> one : done) {
            one.get();
        }
    }

    private static void assertRefused(String json, String reason) {
        assertThatThrownBy(() -> SigningKeys.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void derivedBytesAreOfTheKeyAndTheLabel() {
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        assertThat(keys.derive("a")).hasSize(32).isEqualTo(keys.derive("a"));
        assertThat(keys.derive("a")).isNotEqualTo(keys.derive("b"));
        assertThat(SigningKeys.parse(SigningKeys.generate()).derive("a"))
                .isNotEqualTo(keys.derive("a"));
    }
}
