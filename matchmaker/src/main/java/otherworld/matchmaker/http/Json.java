package otherworld.matchmaker.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import otherworld.http.HttpProblem;
import otherworld.ledger.SeatLedger.Rejected;
import otherworld.ops.Problem;

/** JSON by streaming: the seat answer is on the hot path. */
final class Json {
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.CHARSET_DETECTION) // UTF-8 alone, as documented
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(4)
                                    .maxStringLength(4096)
                                    .maxNumberLength(20)
                                    .build())
                    .build();

    private Json() {}

    /** Writes one value. */
    interface Writer {
        void write(JsonGenerator json) throws IOException;
    }

    /** Takes one field of an object; the parser is at its value. */
    interface FieldReader {
        void read(String name, JsonParser value) throws IOException;
    }

    static byte[] object(Writer fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1536);
        try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Reads an object of plain values; no bytes are an empty object. */
    static void readObject(byte[] bytes, FieldReader fields) {
        if (bytes.length == 0) {
            return;
        }
        try (JsonParser json = FACTORY.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw bad("the body must be a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                fields.read(name, json);
            }
            if (json.nextToken() != null) {
                throw bad("there is something after the JSON object");
            }
        } catch (IOException e) {
            throw bad("the body is not JSON of the documented form");
        }
    }

    /** A whole number as JSON Schema has it: {@code 7}, {@code 7.0} and {@code 70e-1} are one. */
    static int integer(String name, JsonParser value, int least, int most) throws IOException {
        if (value.currentToken().isNumeric()) {
            BigDecimal number = value.getDecimalValue();
            // Looked at first, since 1e9999 as a whole number takes its digits' memory.
            boolean within =
                    number.compareTo(BigDecimal.valueOf(least)) >= 0
                            && number.compareTo(BigDecimal.valueOf(most)) <= 0;
            if (within && number.stripTrailingZeros().scale() <= 0) {
                return number.intValueExact();
            }
        }
        throw bad("'%s' must be a whole number from %d to %d".formatted(name, least, most));
    }

    static String string(String name, JsonParser value) throws IOException {
        if (value.currentToken() != JsonToken.VALUE_STRING) {
            throw bad("'%s' must be a string".formatted(name));
        }
        return value.getText();
    }

    static Problem.Thrown unknownField(String name) {
        return bad("there is no field '%s' here".formatted(name));
    }

    static void strings(JsonGenerator json, String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    static void rejected(JsonGenerator json, List<Rejected> rejected) throws IOException {
        json.writeArrayFieldStart("rejected");
        for (Rejected one : rejected) {
            json.writeStartObject();
            json.writeNumberField("instance", one.instance());
            json.writeStringField("reason", one.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static Problem.Thrown bad(String detail) {
        return new Problem.Thrown(HttpProblem.BAD_REQUEST, detail);
    }
}
