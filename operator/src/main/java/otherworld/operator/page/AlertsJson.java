package otherworld.operator.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** {@code GET /api/alerts}: what waits or fires, as Prometheus has it. */
final class AlertsJson {
    private static final int MOST = 100;

    private final Optional<Prometheus> prometheus;

    AlertsJson(Optional<Prometheus> prometheus) {
        this.prometheus = prometheus;
    }

    /** Blocks for some seconds at most. */
    byte[] write() {
        if (prometheus.isEmpty()) {
            return state("off", "");
        }
        JsonNode alerts;
        try {
            alerts = prometheus.get().alerts();
        } catch (Prometheus.Unanswered e) {
            return state("unanswered", String.valueOf(e.getMessage()));
        }
        return Json.object(json -> {
            json.writeStringField("state", "ok");
            json.writeStringField("message", "");
            json.writeNumberField("more", Math.max(0, alerts.size() - MOST));
            json.writeArrayFieldStart("alerts");
            for (int i = 0; i < Math.min(alerts.size(), MOST); i++) {
                JsonNode alert = alerts.path(i);
                JsonNode labels = alert.path("labels");
                JsonNode annotations = alert.path("annotations");
                json.writeStartObject();
                json.writeStringField("name", text(labels, "alertname"));
                json.writeStringField("state", text(alert, "state"));
                json.writeStringField("severity", text(labels, "severity"));
                json.writeStringField("namespace", text(labels, "namespace"));
                json.writeStringField("world", text(labels, "world"));
                json.writeStringField("since", text(alert, "activeAt"));
                json.writeStringField("summary", text(annotations, "summary"));
                json.writeStringField("description", text(annotations, "description"));
                json.writeStringField("runbook", text(annotations, "runbook_url"));
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static byte[] state(String state, String message) {
        return Json.object(json -> {
            json.writeStringField("state", state);
            json.writeStringField("message", message);
        });
    }

    private static String text(JsonNode node, String field) {
        return FleetJson.shorten(node.path(field).asText(""));
    }
}
