package otherworld.tracing;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which process spans are of: OpenTelemetry's resource.
 *
 * @param service {@code service.name} unless {@code OTEL_SERVICE_NAME} says another
 * @param attributes by their names; empty values are left out
 */
public record Origin(String service, Map<String, String> attributes) {
    public Origin {
        Map<String, String> said = new LinkedHashMap<>();
        attributes.forEach((name, value) -> {
            if (!value.isEmpty()) {
                said.put(name, value);
            }
        });
        attributes = Map.copyOf(said);
    }
}
