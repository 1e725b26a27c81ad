package otherworld.operator.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import otherworld.base.Settings;
import otherworld.crds.WorldSpec;
import otherworld.ops.audit.AuditEvent.Change;

/** What is different between two specs of a World, field by field, without what may be a secret. */
final class SpecDiff {
    /** Where people write what should have been a reference to a Secret. */
    private static final Pattern PERHAPS_SECRET =
            Pattern.compile("spec\\.template\\.(env\\[.*]\\.value|annotations\\..*)");

    private static final String HIDDEN = "***";

    private SpecDiff() {}

    static List<Change> between(WorldSpec before, WorldSpec after, FieldManagers managers) {
        Map<String, String> then = flat(before);
        Map<String, String> now = flat(after);
        TreeSet<String> fields = new TreeSet<>(then.keySet());
        fields.addAll(now.keySet());
        List<Change> changes = new ArrayList<>();
        for (String field : fields) {
            Optional<String> from = Optional.ofNullable(then.get(field));
            Optional<String> to = Optional.ofNullable(now.get(field));
            if (!from.equals(to)) {
                changes.add(
                        new Change(
                                field,
                                from.map(it -> shown(field, it)),
                                to.map(it -> shown(field, it)),
                                to.isPresent() ? managers.of(field) : Optional.empty()));
            }
        }
        return changes;
    }

    private static String shown(String field, String value) {
        return PERHAPS_SECRET.matcher(field).matches() ? HIDDEN : Settings.withoutSecrets(value);
    }

    private static SortedMap<String, String> flat(WorldSpec spec) {
        SortedMap<String, String> flat = new TreeMap<>();
        flatten("spec", Serialization.unmarshal(Serialization.asJson(spec), JsonNode.class), flat);
        return flat;
    }

    private static void flatten(String path, JsonNode node, Map<String, String> into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(each -> flatten(path + "." + each.getKey(), each.getValue(), into));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                // By its name, if it has one: what stands before it may go.
                String name = node.get(i).path("name").asText("");
                flatten(
                        "%s[%s]".formatted(path, name.isEmpty() ? Integer.toString(i) : name),
                        node.get(i),
                        into);
            }
        } else if (!node.isNull()) {
            into.put(path, node.asText());
        }
    }
}
