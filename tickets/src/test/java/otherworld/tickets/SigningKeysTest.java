package otherworld.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SigningKeysTest {
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

    private static void assertRefused(String json, String reason) {
        assertThatThrownBy(() -> SigningKeys.parse(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
