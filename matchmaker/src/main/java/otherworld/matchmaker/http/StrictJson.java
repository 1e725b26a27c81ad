package otherworld.matchmaker.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON of strangers: no name twice in an object, nothing after it, no depth, no huge numbers. */
final class StrictJson {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_DIGITS = 512;

    private static final ObjectReader READER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(MAX_DIGITS)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .reader();

    private StrictJson() {}

    /**
     * @throws IllegalArgumentException if it is no object
     */
    static JsonNode object(String json) {
        try {
            JsonNode node = READER.readTree(json);
            if (node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not strict JSON: " + e.getOriginalMessage(), e);
        }
        throw new IllegalArgumentException("not a JSON object");
    }
}
