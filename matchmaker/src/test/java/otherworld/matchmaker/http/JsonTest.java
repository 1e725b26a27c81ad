package otherworld.matchmaker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.http.HttpProblem;
import otherworld.ops.Problem;

/** What strangers may send as a body. */
class JsonTest {
    @Test
    void anObjectOfPlainValuesAndNoBytesAtAllAreRead() {
        assertThat(names("{\"instance\": 7}".getBytes(StandardCharsets.UTF_8)))
                .containsExactly("instance");
        assertThat(names(new byte[0])).isEmpty();
    }

    /** A parser that guesses takes these, which nobody in front of the matchmaker would. */
    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
    void anotherEncodingThanUtf8IsNoJson(String charset) {
        assertRefused("{}".getBytes(Charset.forName(charset)));
        assertRefused("{\"instance\": 7}".getBytes(Charset.forName(charset)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "1",
                "null",
                "{}{}",
                "{\"a\":1,\"a\":1}",
                "{\"\\ud800\":1}",
                "{\"a\":01}",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "{\"a\"",
                "/**/{}"
            })
    void whatIsNoObjectOfTheDocumentedFormIsRefused(String text) {
        assertRefused(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "7.0", "7.000", "70e-1", "0.7E1", "7E0"})
    void aWholeNumberMayBeWrittenInEveryWay(String number) {
        assertThat(integer(number)).isEqualTo(7);
        assertThat(integer("-0")).isZero();
        assertThat(integer("-0.0")).isZero();
        assertThat(integer("1e5")).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7.5",
                "-1",
                "100001",
                "1e6",
                "1e99999",
                "1e999999999",
                "1e-99999",
                "1e-999999999",
                "9223372036854775808",
                "123456789012345678901",
                "\"7\"",
                "true",
                "null",
                "[7]",
                "{}"
            })
    void anotherValueIsNoWholeNumberWithinTheBounds(String value) {
        assertThatThrownBy(() -> integer(value)).isInstanceOf(Problem.Thrown.class);
    }

    private static int integer(String value) {
        int[] read = new int[1];
        Json.readObject(
                "{\"a\":%s}".formatted(value).getBytes(StandardCharsets.UTF_8),
                (name, at) -> read[0] = Json.integer(name, at, 0, 100_000));
        return read[0];
    }

    private static List<String> names(byte[] body) {
        List<String> names = new ArrayList<>();
        Json.readObject(body, (name, _) -> names.add(name));
        return names;
    }

    private static void assertRefused(byte[] body) {
        assertThatThrownBy(() -> names(body))
                .isInstanceOfSatisfying(
                        Problem.Thrown.class,
                        thrown ->
                                assertThat(thrown.problem().kind())
                                        .isEqualTo(HttpProblem.BAD_REQUEST));
    }
}
