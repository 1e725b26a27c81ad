package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Each question against the pattern that says what it asks. */
class TokensTest {
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void aTokenIsOfRfc9110() {
        holds(
                Tokens::isToken,
                "[!#$%&'*+.^_`|~0-9A-Za-z-]+",
                "azAZ09!#$%&'*+-.^_`|~ (),/:;<=>?@[]{}");
    }

    @Test
    void digitsAreOfAscii() {
        holds(Tokens::isDigits, "[0-9]+", "0123456789-+ a\u0660");
    }

    @Test
    void aPathAndAQueryAreOfRfc3986() {
        String of = "azAZ09-._~!$&'()*+,;=:@/%?#[]{}|\\^\"<> ";
        holds(Tokens::isPath, "[A-Za-z0-9%._~!$&'()*+,;=:@/-]*", of);
        holds(Tokens::isQuery, "[A-Za-z0-9%?._~!$&'()*+,;=:@/-]*", of);
    }

    @Test
    void aHostIsANameOrAnAddressWithPerhapsAPort() {
        holds(
                Tokens::isHost,
                "(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+;=%-]*)(:[0-9]{0,5})?",
                "aF09:::[[]].-%1,@/ ");
    }

    private void holds(Predicate<String> question, String pattern, String alphabet) {
        Pattern meant = Pattern.compile(pattern);
        String of = alphabet + "\u00e9\u212a\0\u007f\u0080";
        for (int i = 0; i < 50_000; i++) {
            StringBuilder made = new StringBuilder();
            // Nearly all of what is meant, or nothing longer would be seen to be right.
            int odd = random.nextInt(12);
            for (int length = random.nextInt(10); length > 0; length--) {
                int most = odd < 9 ? alphabet.length() / 2 : of.length();
                made.append(of.charAt(random.nextInt(most)));
            }
            String text = made.toString();
            assertThat(question.test(text))
                    .as("'%s' -Dseed=%d", text, seed)
                    .isEqualTo(meant.matcher(text).matches());
        }
    }
}
