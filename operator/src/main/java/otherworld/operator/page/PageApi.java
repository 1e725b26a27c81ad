package otherworld.operator.page;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import otherworld.crds.World;
import otherworld.ops.Problem;

/**
 * What the page asks for, by path. However many look, each answer is made at most once in a while.
 * Thread-safe.
 */
final class PageApi implements AutoCloseable {
    private static final Duration FLEET_EVERY = Duration.ofSeconds(1);
    private static final Duration SEATS_EVERY = Duration.ofSeconds(2);
    private static final Duration PLOTS_EVERY = Duration.ofSeconds(5);
    private static final int MOST_KEPT = 64;
    private static final int LONGEST_VALUE = 256;

    private final FleetView fleet;
    private final Optional<Prometheus> prometheus;
    private final FleetJson fleetJson;
    private final PlotsJson plots;
    private final AlertsJson alerts;
    private final WhyJson why;
    private final Recent<String, Body> fleets;
    private final Recent<String, Body> alertings;
    private final Recent<Map.Entry<String, PlotsJson.Range>, Body> plottings;
    private final Recent<String, Body> seatings;

    PageApi(FleetView fleet, Optional<URI> url, InstantSource clock, LongSupplier nanoClock) {
        this.fleet = fleet;
        this.prometheus = url.map(Prometheus::new);
        this.fleetJson = new FleetJson(fleet);
        this.plots = new PlotsJson(prometheus, clock);
        this.alerts = new AlertsJson(prometheus);
        this.why = new WhyJson(fleet, new SeatJson());
        this.fleets = new Recent<>(FLEET_EVERY, 1, nanoClock);
        this.alertings = new Recent<>(PLOTS_EVERY, 1, nanoClock);
        this.plottings = new Recent<>(PLOTS_EVERY, MOST_KEPT, nanoClock);
        this.seatings = new Recent<>(SEATS_EVERY, MOST_KEPT, nanoClock);
    }

    /**
     * @param named whether the reader may see who players are
     * @return empty if nothing is at this path
     * @throws Problem.Thrown if the question cannot be answered
     */
    Optional<Body> answer(URI uri, boolean named) {
        String path = uri.getPath();
        if (!path.startsWith("/api/")) {
            return Optional.empty();
        }
        if (!fleet.leads()) {
            throw new Problem.Thrown(
                    PageProblem.NOT_LEADING,
                    fleet.leader()
                            .map("this replica stands by, and %s leads"::formatted)
                            .orElse("this replica stands by, and nobody leads yet"));
        }
        return switch (path) {
            case "/api/fleet" -> {
                query(uri, Set.of());
                yield Optional.of(fleets.get("", () -> Body.json(fleetJson.write())));
            }
            case "/api/alerts" -> {
                query(uri, Set.of());
                yield Optional.of(alertings.get("", () -> Body.json(alerts.write())));
            }
            case "/api/plots" -> Optional.of(plots(query(uri, Set.of("world", "range"))));
            case "/api/seats" -> Optional.of(seats(query(uri, Set.of("world"))));
            case "/api/why" -> {
                String of = query(uri, Set.of("of")).getOrDefault("of", "");
                if (of.isBlank()) {
                    throw bad("of= is missing: name a World, an instance or a player");
                }
                yield Optional.of(Body.json(why.write(of.strip(), named)));
            }
            default -> Optional.empty();
        };
    }

    private Body plots(Map<String, String> query) {
        String word = query.getOrDefault("range", PlotsJson.Range.MINUTES_15.word);
        PlotsJson.Range range =
                PlotsJson.Range.of(word)
                        .orElseThrow(() -> bad("range is '%s': 15m, 1h or 6h".formatted(word)));
        String name = query.getOrDefault("world", "");
        Optional<World> world = name.isEmpty() ? Optional.empty() : Optional.of(world(name));
        return plottings.get(Map.entry(name, range), () -> Body.json(plots.write(world, range)));
    }

    // Without names: the same for all who ask.
    private Body seats(Map<String, String> query) {
        String name = query.getOrDefault("world", "");
        World world = world(name);
        return seatings.get(name, () -> Body.json(why.seats(world, false)));
    }

    private World world(String name) {
        return fleet.worlds().stream()
                .filter(world -> world.getSpec() != null)
                .filter(world -> FleetJson.name(world).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new Problem.Thrown(
                                PageProblem.NOT_FOUND,
                                "there is no World '%s', as namespace/name"
                                        .formatted(FleetJson.shorten(name))));
    }

    private static Map<String, String> query(URI uri, Set<String> known) {
        Map<String, String> values = new HashMap<>();
        String query = uri.getRawQuery();
        if (query == null || query.isEmpty()) {
            return values;
        }
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value;
            try {
                value =
                        equals < 0
                                ? ""
                                : URLDecoder.decode(
                                        pair.substring(equals + 1), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                throw bad("'%s' is not encoded as a query is".formatted(FleetJson.shorten(pair)));
            }
            if (!known.contains(name) || values.containsKey(name)) {
                throw bad(
                        "'%s' is unknown or there twice; known are %s"
                                .formatted(FleetJson.shorten(name), known));
            }
            if (value.length() > LONGEST_VALUE) {
                throw bad("%s is longer than %d characters".formatted(name, LONGEST_VALUE));
            }
            values.put(name, value);
        }
        return values;
    }

    private static Problem.Thrown bad(String detail) {
        return new Problem.Thrown(PageProblem.BAD_QUESTION, detail);
    }

    @Override
    public void close() {
        prometheus.ifPresent(Prometheus::close);
    }
}
