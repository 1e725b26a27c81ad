package otherworld.matchmaker.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import otherworld.base.WorldId;
import otherworld.http.RecentMap;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.WorldPolicy;
import otherworld.ledger.WorldState;
import otherworld.ledger.WorldState.InstanceState;

/**
 * {@code GET /v1/worlds}, {@code /v1/worlds/{world}} and {@code /v1/worlds/{world}/instances}.
 * Reading a World costs the ledger O(instances), so an answer may be up to 250 ms old.
 */
final class WorldHandler {
    private static final long FRESH_NS = 250_000_000;
    private static final int REMEMBERED = 1_000;

    private final SeatLedger ledger;
    private final LongSupplier nanoClock;
    private final KnownWorlds worlds;
    private final RecentMap<WorldId, Read> recent = new RecentMap<>(REMEMBERED);

    private record Read(long atNs, WorldState state, WorldPolicy policy) {}

    WorldHandler(SeatLedger ledger, LongSupplier nanoClock, KnownWorlds worlds) {
        this.ledger = ledger;
        this.nanoClock = nanoClock;
        this.worlds = worlds;
    }

    Response list() {
        List<Read> all = new ArrayList<>();
        ledger.worlds().stream()
                .sorted()
                .forEach(id -> {
                    Read read = readOrNull(id);
                    if (read != null) {
                        all.add(read);
                    }
                });
        return Exchange.json(
                200,
                Json.object(json -> {
                    json.writeArrayFieldStart("worlds");
                    for (Read world : all) {
                        json.writeStartObject();
                        fields(json, world);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }));
    }

    Response get(Request request) {
        Read world = read(Exchange.world(request));
        return Exchange.json(200, Json.object(json -> fields(json, world)));
    }

    Response instances(Request request) {
        Read world = read(Exchange.world(request));
        List<InstanceState> instances =
                world.state().instances().stream()
                        .sorted(Comparator.comparingInt(InstanceState::ordinal))
                        .toList();
        return Exchange.json(
                200,
                Json.object(json -> {
                    json.writeArrayFieldStart("instances");
                    for (InstanceState instance : instances) {
                        json.writeStartObject();
                        fields(json, instance);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                }));
    }

    private Read read(WorldId world) {
        Read read = readOrNull(world);
        if (read == null) {
            throw worlds.unknown(world);
        }
        return read;
    }

    private @org.jspecify.annotations.Nullable Read readOrNull(WorldId world) {
        long now = nanoClock.getAsLong();
        Read before = recent.get(world);
        if (before != null && now - before.atNs() < FRESH_NS) {
            return before;
        }
        WorldState state = ledger.read(world);
        if (state.policy().isEmpty()) {
            return null;
        }
        worlds.seen(world);
        Read read = new Read(now, state, state.policy().get());
        recent.put(world, read);
        return read;
    }

    private static void fields(JsonGenerator json, Read world) throws IOException {
        List<InstanceState> instances = world.state().instances();
        json.writeStringField("world", world.policy().world().value());
        json.writeStringField("namespace", world.policy().namespace());
        json.writeStringField("name", world.policy().name());
        json.writeNumberField("capacity", world.policy().live().capacity());
        json.writeNumberField("instances", instances.size());
        json.writeNumberField(
                "openInstances", instances.stream().filter(i -> i.closed().isEmpty()).count());
        json.writeNumberField("players", instances.stream().mapToInt(InstanceState::players).sum());
        json.writeNumberField(
                "reserved", instances.stream().mapToInt(InstanceState::reserved).sum());
        json.writeNumberField(
                "freeSeats",
                instances.stream()
                        .filter(i -> i.closed().isEmpty())
                        .mapToInt(InstanceState::free)
                        .sum());
        json.writeNumberField("waitingParties", world.state().waitingParties());
    }

    private static void fields(JsonGenerator json, InstanceState instance) throws IOException {
        json.writeNumberField("instance", instance.ordinal());
        json.writeStringField("closed", instance.closed());
        json.writeNumberField("epoch", instance.epoch());
        json.writeStringField("pod", instance.podName());
        json.writeNumberField("capacity", instance.capacity());
        json.writeNumberField("players", instance.players());
        json.writeNumberField("held", instance.held());
        json.writeNumberField("reserved", instance.reserved());
        json.writeNumberField("freeSeats", instance.free());
        json.writeNumberField("idleMs", instance.idleMs());
        Json.strings(json, "endpoints", instance.endpoints());
    }
}
