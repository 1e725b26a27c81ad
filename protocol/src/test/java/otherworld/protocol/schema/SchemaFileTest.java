package otherworld.protocol.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.protocol.schema.Schema.Field;
import otherworld.protocol.schema.Schema.Span;
import otherworld.protocol.schema.Schema.Struct;

class SchemaFileTest {
    private static final String SMALL =
            """
            # Of the file, not of the version.

            version 3
            oldest 2
            constant MOST 200
            constant MAX_LASTING_BYTES 4096

            # Says
            # something.
            client 1 Say
                to    list(MOST) Person  # whom
                word  string(MOST)
                loud  u8 since 3 = 7     # how

            client 2 Sing since 3
                mood  Mood since 3 = GLAD

            server 3 Bye lasting
                mood  Mood = GLAD

            part Person
                id    varuint64

            codes Mood
                1 GLAD              # Not sad.
                2 MERRY since 3 = GLAD # Gladder.
            """;

    @Test
    void sizesAreComputed() {
        Schema schema = SchemaFile.parse(SMALL);
        Struct say = schema.messages().getFirst();
        assertThat(say.meaning()).isEqualTo("Says something.");
        assertThat(say.fields().getFirst().meaning()).isEqualTo("whom");
        assertThat(schema.maxBytes(say)).isEqualTo(1 + 2 + 200 * 9 + 2 + 200 + 1);
        assertThat(schema.maxBytes(schema.messages().getLast())).isEqualTo(4096);
        assertThat(schema.fieldBytes(schema.messages().getLast())).isEqualTo(2);
    }

    @Test
    void versionsHaveWhatTheirSpanSays() {
        Schema schema = SchemaFile.parse(SMALL);
        Field loud = schema.messages().getFirst().fields().getLast();
        assertThat(loud.span()).isEqualTo(new Span(3, Span.FOR_EVER));
        assertThat(loud.instead()).isEqualTo("7");
        assertThat(schema.messages().get(1).span().has(2)).isFalse();
        assertThat(schema.codes().get("Mood").count(2)).isEqualTo(1);
        assertThat(schema.codes().get("Mood").count(3)).isEqualTo(2);
    }

    /** What the oldest version has is of no version any more. */
    @Test
    void whatAllVersionsHaveSaysNoVersion() {
        Schema schema = SchemaFile.parse(SMALL.replace("oldest 2", "oldest 3"));
        assertThat(schema.messages()).allMatch(m -> m.span().isAlways() && !m.varies());
        assertThat(schema.codes().get("Mood").isSettled()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "word  string(MOST) | word  string(MUCH)  | line 12: no constant with a number: MUCH",
                "word  string(MOST) | word  text(MOST)    | line 12: unknown encoding text(MOST)",
                "word  string(MOST) | to    u8            | line 12: to is there twice",
                "word  string(MOST) | type  u8            | line 12: no field: type  u8",
                "word  string(MOST) | word  rest(MOST)    | line 13: rest is the last field of a message",
                "id    varuint64    | id    rest(MOST)    | line 22: rest is the last field of a message",
                "u8 since 3 = 7     | u8 = 7              | line 13: nothing can be read in its place: 7",
                "u8 since 3 = 7     | u8 since 3 = GLAD   | line 13: nothing can be read in its place: GLAD",
                "u8 since 3 = 7     | u8 since 4 = 7      | line 13: since and until are of versions up to 3",
                "u8 since 3 = 7     | u8 until 3          | line 13: since and until are of versions up to 3",
                "u8 since 3 = 7     | Person since 3      | line 13: a part has nothing in its place",
                "Mood since 3 = GLAD| Mood since 3        | line 16: no code in place of one that is not known:",
                "Mood = GLAD        | Mood                | line 19: no code in place of one that is not known:",
                "3 Bye lasting      | 3 Bye lasting since 3| line 18: Bye is lasting: every version has it",
                "client 1 Say       | client 256 Say      | line 10: type 256 is not 1 to 255",
                "client 1 Say       | client 1 Person     | line 10: Person is there twice",
                "client 1 Say       | client one Say      | line 10: no message: client one Say",
                "client 1 Say       | client 1            | line 10: no message: client 1",
                "client 1 Say       | nobody 1 Say        | line 10: unknown block nobody",
                "oldest 2           | oldest 4            | line 1: oldest 4 is not 1 to version 3",
                "1 GLAD             | 2 GLAD              | line 25: the next code is 1",
                "# Not sad.         | ''                  | line 25: no code with a meaning: 1 GLAD",
                "since 3 = GLAD #   | since 3 = FUNNY #   | line 26: no code above to say in its place: FUNNY",
                "since 3 = GLAD #   | since 3 #           | line 26: no code with a meaning: 2 MERRY since 3",
            })
    void aMistakeIsToldWithItsLine(String right, String wrong, String error) {
        String schema = SMALL.replace(right, wrong);
        assertThat(schema).isNotEqualTo(SMALL);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SchemaFile.parse(schema))
                .withMessageStartingWith(error);
    }

    @Test
    void codesAreAddedBehindTheLast() {
        String schema = SMALL + "    3 GAY # As glad.\n";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SchemaFile.parse(schema))
                .withMessageStartingWith("line 27: codes are added behind the last");
    }
}
