package otherworld.tickets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.text.ParseException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRotationTest {
    private final String old = SigningKeys.generate();

    @Test
    void aKeyIsAddedPromotedAndTheOldOneRetired() throws ParseException {
        String first = kids(old).getFirst();

        String added = KeyRotation.add(old);
        assertThat(kids(added)).hasSize(2).startsWith(first);
        assertThat(SigningKeys.parse(added).kid()).isEqualTo(first);
        assertThat(SigningKeys.parse(added).publicJson()).contains(kids(added));

        String promoted = KeyRotation.promote(added);
        assertThat(kids(promoted)).containsExactly(kids(added).getLast(), first);
        assertThat(SigningKeys.parse(promoted).kid()).isEqualTo(kids(added).getLast());

        String retired = KeyRotation.retire(promoted);
        assertThat(kids(retired)).containsExactly(kids(added).getLast());
        SigningKeys.parse(retired);
    }

    @Test
    void theOnlyKeyCannotBePromoted() {
        assertThatThrownBy(() -> KeyRotation.promote(old)).hasMessageContaining("add one first");
    }

    @Test
    void whatIsNoSetOfPrivateKeysIsRefusedByEachStep() {
        String open = SigningKeys.parse(old).publicJson();
        for (String wrong : List.of("", "{}", "{\"keys\": []}", open)) {
            assertThatThrownBy(() -> KeyRotation.add(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> KeyRotation.promote(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> KeyRotation.retire(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static List<String> kids(String set) throws ParseException {
        return JWKSet.parse(set).getKeys().stream().map(JWK::getKeyID).toList();
    }
}
