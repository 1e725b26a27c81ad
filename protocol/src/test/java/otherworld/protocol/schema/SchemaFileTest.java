package otherworld.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaFileTest {
    private static final String SMALL =
            """
            # Of the file, not of the version.

            version 1
            constant MOST 200

            # Says
            # something.
            client 1 Say
                to    list(MOST) Person  # whom
                word  string(MOST)

            part Person
                id    varuint64

            codes Mood
                1 GLAD  # Not sad.
            """;

    @Test
    void sizesAreComputed() {
        Schema schema = SchemaFile.parse(SMALL);
        Schema.Struct say = schema.messages().getFirst();
        assertThat(say.meaning()).isEqualTo("Says something.");
        assertThat(say.fields().getFirst().meaning()).isEqualTo("whom");
        assertThat(schema.maxBytes(say)).isEqualTo(1 + 2 + 200 * 9 + 2 + 200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "word  string(MOST) | word  string(MUCH)  | line 10: no constant with a number: MUCH",
                "word  string(MOST) | word  text(MOST)    | line 10: unknown encoding text(MOST)",
                "word  string(MOST) | to    u8            | line 10: to is there twice",
                "word  string(MOST) | type  u8            | line 10: no field: type  u8",
                "word  string(MOST) | word  version       | line 10: version is the first field",
                "client 1 Say       | client 256 Say      | line 8: type 256 is not 1 to 255",
                "client 1 Say       | client 1 Person     | line 8: Person is there twice",
                "client 1 Say       | client one Say      | line 8: one is no number",
                "client 1 Say       | client 1            | line 8: too short: client 1",
                "client 1 Say       | nobody 1 Say        | line 8: unknown block nobody",
                "1 GLAD             | 2 GLAD              | line 16: the next code is 1",
                "# Not sad.         | ''                  | line 16: no code with a meaning: 1 GLAD",
            })
    void aMistakeIsToldWithItsLine(String right, String wrong, String error) {
        String schema = SMALL.replace(right, wrong);
        assertThat(schema).isNotEqualTo(SMALL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SchemaFile.parse(schema))
                .withMessageStartingWith(error);
    }
}
