package otherworld.operator.page;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.operator.decisions.Decision;
import otherworld.operator.decisions.DecisionBook;
import otherworld.operator.decisions.Figures;

/**
 * {@code GET /api/fleet}: Worlds, their instances, and the newest decisions. Bounded whatever the
 * fleet is; what is left out is counted.
 */
final class FleetJson {
    static final int MOST_WORLDS = 500;
    static final int MOST_CELLS = 6_000;
    static final int MOST_DECISIONS = 120;

    /** Texts of Kubernetes' objects are strangers'; longer ones say no more to a reader. */
    private static final int LONGEST_TEXT = 400;

    private final FleetView fleet;

    FleetJson(FleetView fleet) {
        this.fleet = fleet;
    }

    byte[] write() {
        List<World> worlds =
                fleet.worlds().stream().sorted(Comparator.comparing(FleetJson::name)).toList();
        return Json.object(json -> {
            Optional<String> trouble = fleet.trouble();
            json.writeBooleanField("demandKnown", trouble.isEmpty());
            json.writeStringField("trouble", shorten(trouble.orElse("")));
            json.writeNumberField("moreWorlds", Math.max(0, worlds.size() - MOST_WORLDS));
            json.writeArrayFieldStart("worlds");
            int room = MOST_CELLS;
            Map<String, World> byUid = new HashMap<>();
            for (World world : worlds.subList(0, Math.min(worlds.size(), MOST_WORLDS))) {
                byUid.put(world.getMetadata().getUid(), world);
                room -= world(json, world, room);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("decisions");
            for (Map.Entry<String, Decision> each :
                    fleet.decisions(byUid.keySet(), MOST_DECISIONS)) {
                World world = byUid.get(each.getKey());
                if (world != null) {
                    decision(json, name(world), each.getValue());
                }
            }
            json.writeEndArray();
        });
    }

    /** Returns how many cells were written. */
    private int world(JsonGenerator json, World world, int room) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name(world));
        Optional<DecisionBook.Seen> seen =
                world.getSpec() == null ? Optional.empty() : fleet.seen(world);
        json.writeBooleanField("readable", world.getSpec() != null);
        if (world.getSpec() != null) {
            json.writeNumberField("capacity", world.getSpec().capacity());
            json.writeNumberField("min", world.getSpec().instances().min());
            json.writeNumberField("max", world.getSpec().instances().max());
            json.writeNumberField("spareSeats", world.getSpec().instances().spareSeats());
        }
        figures(json, fleet.figures(world));
        conditions(json, world);
        List<Cell> cells = seen.map(Cell::of).orElse(List.of());
        int written = Math.min(cells.size(), Math.max(0, room));
        json.writeNumberField("moreInstances", cells.size() - written);
        json.writeArrayFieldStart("instances");
        for (Cell cell : cells.subList(0, written)) {
            json.writeStartArray();
            json.writeNumber(cell.ordinal());
            json.writeString(String.valueOf(cell.state().letter));
            json.writeNumber(cell.players());
            json.writeNumber(cell.reserved());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
        return written;
    }

    static void conditions(JsonGenerator json, World world) throws IOException {
        json.writeArrayFieldStart("conditions");
        if (world.getStatus() != null && world.getStatus().conditions() != null) {
            for (WorldCondition condition : world.getStatus().conditions()) {
                json.writeStartObject();
                json.writeStringField("type", shorten(condition.type()));
                json.writeStringField("status", String.valueOf(condition.status()));
                json.writeStringField("reason", shorten(condition.reason()));
                json.writeStringField("message", shorten(condition.message()));
                json.writeStringField("since", shorten(condition.lastTransitionTime()));
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }

    static void figures(JsonGenerator json, Figures figures) throws IOException {
        json.writeObjectFieldStart("figures");
        json.writeNumberField("desired", figures.desired());
        json.writeNumberField("running", figures.running());
        json.writeNumberField("ready", figures.ready());
        if (figures.players() != null) {
            json.writeNumberField("players", figures.players());
        }
        if (figures.free() != null) {
            json.writeNumberField("free", figures.free());
        }
        json.writeNumberField("waiting", figures.waiting());
        json.writeEndObject();
    }

    static void decision(JsonGenerator json, String world, Decision decision) throws IOException {
        json.writeStartObject();
        json.writeStringField("world", world);
        json.writeStringField("at", decision.at().toString());
        json.writeStringField("last", decision.last().toString());
        json.writeNumberField("times", decision.times());
        json.writeBooleanField("warning", decision.warning());
        json.writeStringField("reason", shorten(decision.reason()));
        if (decision.instance().isPresent()) {
            json.writeNumberField("instance", decision.instance().getAsInt());
        }
        if (!decision.pod().isEmpty()) {
            json.writeStringField("pod", decision.pod());
        }
        json.writeStringField("message", decision.message());
        figures(json, decision.figures());
        json.writeEndObject();
    }

    /** {@code namespace/name}. */
    static String name(World world) {
        return world.getMetadata().getNamespace() + "/" + world.getMetadata().getName();
    }

    static String shorten(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
