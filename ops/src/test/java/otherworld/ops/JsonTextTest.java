package otherworld.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void textIsQuotedForJson() {
        assertThat(JsonText.quoted("a\"b\\c\nd\ud83d\ude00é"))
                .isEqualTo("\"a\\\"b\\\\c\\u000ad\\ud83d\\ude00é\"");
    }
}
