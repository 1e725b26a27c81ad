package otherworld.operator.page;

import com.fasterxml.jackson.core.JsonGenerator;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import otherworld.base.PlayerId;
import otherworld.crds.World;
import otherworld.fleet.v1.SeatDecision;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.operator.decisions.Decision;
import otherworld.operator.plan.Plan;
import otherworld.ops.Problem;

/**
 * {@code GET /api/why?of=TEXT}: the decisions behind a World's size, an instance, or where a player
 * is.
 */
final class WhyJson {
    private static final int MOST_DECISIONS = 40;
    private static final int MOST_SEATS = 40;

    /** A player is looked for in each; a reader waits for it. */
    private static final int MOST_WORLDS = 200;

    private final FleetView fleet;
    private final SeatJson seats;

    WhyJson(FleetView fleet, SeatJson seats) {
        this.fleet = fleet;
        this.seats = seats;
    }

    /**
     * @param named whether the reader may see who players are
     * @throws Problem.Thrown if the text names nothing, several things, or somebody whom the reader
     *     may not ask about
     */
    byte[] write(String text, boolean named) {
        List<Subjects.Subject> subjects = Subjects.named(text, fleet);
        if (subjects.size() > 1) {
            throw new Problem.Thrown(
                    PageProblem.BAD_QUESTION,
                    "'%s' may be %s: say which"
                            .formatted(
                                    FleetJson.shorten(text),
                                    String.join(
                                            " or ",
                                            subjects.stream().map(WhyJson::describe).toList())));
        }
        if (subjects.size() == 1) {
            return switch (subjects.getFirst()) {
                case Subjects.Subject.OfWorld(World world) -> world(world, named);
                case Subjects.Subject.OfInstance(World world, int ordinal) ->
                        instance(world, ordinal, named);
            };
        }
        if (!named) {
            throw new Problem.Thrown(
                    PageProblem.PLAYERS_HIDDEN,
                    "'%s' is no World and no instance here, and who asks may not see players"
                            .formatted(FleetJson.shorten(text)));
        }
        return player(text);
    }

    private static String describe(Subjects.Subject subject) {
        return switch (subject) {
            case Subjects.Subject.OfWorld(World world) -> FleetJson.name(world);
            case Subjects.Subject.OfInstance(World world, int ordinal) ->
                    FleetJson.name(world) + "-" + ordinal;
        };
    }

    private byte[] world(World world, boolean named) {
        return Json.object(json -> {
            json.writeStringField("kind", "world");
            head(json, world);
            decisions(json, world, fleet.decisions(world));
            seats(json, world, ask(world, ""), named, Optional.empty());
        });
    }

    private byte[] instance(World world, int ordinal, boolean named) {
        return Json.object(json -> {
            json.writeStringField("kind", "instance");
            head(json, world);
            json.writeNumberField("instance", ordinal);
            Optional<Cell> cell =
                    fleet.seen(world).stream()
                            .flatMap(seen -> Cell.of(seen).stream())
                            .filter(it -> it.ordinal() == ordinal)
                            .findFirst();
            json.writeStringField("state", cell.map(it -> it.state().name()).orElse("NONE"));
            json.writeStringField("pod", cell.map(Cell::pod).orElse(""));
            json.writeNumberField("players", cell.map(Cell::players).orElse(0));
            json.writeNumberField("reserved", cell.map(Cell::reserved).orElse(0));
            decisions(json, world, ofInstance(world, ordinal));
            seats(json, world, ask(world, ""), named, Optional.of(ordinal));
        });
    }

    private List<Decision> ofInstance(World world, int ordinal) {
        return fleet.decisions(world).stream()
                .filter(it -> it.instance().isPresent() && it.instance().getAsInt() == ordinal)
                .toList();
    }

    private byte[] player(String text) {
        PlayerId player;
        try {
            player = new PlayerId(text);
        } catch (IllegalArgumentException e) {
            throw new Problem.Thrown(PageProblem.BAD_QUESTION, String.valueOf(e.getMessage()));
        }
        return Json.object(json -> {
            json.writeStringField("kind", "player");
            json.writeStringField("player", player.value());
            json.writeArrayFieldStart("worlds");
            for (World world : fleet.worlds().stream().limit(MOST_WORLDS).toList()) {
                if (world.getSpec() != null) {
                    SeatDecisionsResponse answer = askOrFail(world, player.value());
                    if (answer.getHasSeat() || answer.getDecisionsCount() > 0) {
                        inWorld(json, world, answer);
                    }
                }
            }
            json.writeEndArray();
        });
    }

    private void inWorld(JsonGenerator json, World world, SeatDecisionsResponse answer)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("world", FleetJson.name(world));
        json.writeBooleanField("hasSeat", answer.getHasSeat());
        json.writeNumberField("instance", answer.getInstance());
        seats(json, world, Optional.of(answer), true, Optional.empty());
        decisions(
                json,
                world,
                answer.getHasSeat() ? ofInstance(world, answer.getInstance()) : List.of());
        json.writeEndObject();
    }

    private void head(JsonGenerator json, World world) throws IOException {
        json.writeStringField("world", FleetJson.name(world));
        FleetJson.figures(json, fleet.figures(world));
        json.writeNumberField("min", world.getSpec().instances().min());
        json.writeNumberField("max", world.getSpec().instances().max());
        json.writeNumberField("spareSeats", world.getSpec().instances().spareSeats());
        json.writeNumberField("capacity", world.getSpec().capacity());
        json.writeStringField("trouble", FleetJson.shorten(fleet.trouble().orElse("")));
        FleetJson.conditions(json, world);
        json.writeArrayFieldStart("limits");
        for (Plan.Limit limit : fleet.seen(world).map(it -> it.plan().limits()).orElse(List.of())) {
            json.writeStartObject();
            json.writeStringField("reason", limit.kind().reason());
            json.writeStringField("message", FleetJson.shorten(limit.message()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void decisions(JsonGenerator json, World world, List<Decision> decisions)
            throws IOException {
        json.writeArrayFieldStart("decisions");
        for (Decision decision : decisions.stream().limit(MOST_DECISIONS).toList()) {
            FleetJson.decision(json, FleetJson.name(world), decision);
        }
        json.writeEndArray();
    }

    /**
     * @param instance about this one alone; empty: all
     */
    private void seats(
            JsonGenerator json,
            World world,
            Optional<SeatDecisionsResponse> answer,
            boolean named,
            Optional<Integer> instance)
            throws IOException {
        json.writeBooleanField("seatsKnown", answer.isPresent());
        json.writeArrayFieldStart("seats");
        List<SeatDecision> decisions =
                answer.map(SeatDecisionsResponse::getDecisionsList).orElse(List.of()).stream()
                        .filter(it ->
                                instance.isEmpty()
                                        || (it.getHasInstance()
                                                && it.getInstance() == instance.get()))
                        .limit(MOST_SEATS)
                        .toList();
        for (SeatDecision decision : decisions) {
            seats.write(json, FleetJson.name(world), decision, named);
        }
        json.writeEndArray();
    }

    /** What a World's size comes from is told without the matchmaker, too. */
    private Optional<SeatDecisionsResponse> ask(World world, String player) {
        try {
            return Optional.of(fleet.seatDecisions(world.id(), player));
        } catch (StatusRuntimeException e) {
            return Optional.empty();
        }
    }

    private SeatDecisionsResponse askOrFail(World world, String player) {
        return ask(world, player)
                .orElseThrow(() ->
                        new Problem.Thrown(
                                PageProblem.UNANSWERED,
                                "the matchmaker does not answer, which alone knows of players: "
                                        + FleetJson.shorten(fleet.trouble().orElse("ask again"))));
    }

    /** {@code GET /api/seats?world=NAME}. */
    byte[] seats(World world, boolean named) {
        return Json.object(json -> {
            json.writeStringField("world", FleetJson.name(world));
            seats(json, world, ask(world, ""), named, Optional.empty());
        });
    }
}
