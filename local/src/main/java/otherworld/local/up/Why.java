package otherworld.local.up;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An answer of {@code /api/why} as text for a terminal. Pure. */
final class Why {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    private final ZoneId zone;
    private final StringBuilder out = new StringBuilder();

    Why(ZoneId zone) {
        this.zone = zone;
    }

    /** What comes from the cluster is a stranger's: no control character reaches a terminal. */
    static String clean(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    String of(JsonNode answer) {
        switch (answer.path("kind").asText()) {
            case "world" -> world(answer);
            case "instance" -> instance(answer);
            case "player" -> player(answer);
            default ->
                    line("The page answers something that this version does not know: use --json");
        }
        return out.toString();
    }

    private void world(JsonNode answer) {
        JsonNode figures = answer.path("figures");
        line(
                "World %s: %d instances should run, %d are Ready, %d to %d may."
                        .formatted(
                                text(answer, "world"),
                                figures.path("desired").asInt(),
                                figures.path("ready").asInt(),
                                answer.path("min").asInt(),
                                answer.path("max").asInt()));
        line(
                "%s players, %s free seats (%d should be spare), %d players wait; %d to an instance."
                        .formatted(
                                figures.path("players").asText("?"),
                                figures.path("free").asText("?"),
                                answer.path("spareSeats").asInt(),
                                figures.path("waiting").asInt(),
                                answer.path("capacity").asInt()));
        standing(answer);
        decisions(answer);
        seats(answer);
    }

    private void standing(JsonNode answer) {
        if (!text(answer, "trouble").isEmpty()) {
            line("The fleet does not follow demand: " + text(answer, "trouble"));
        }
        title("Now");
        for (JsonNode condition : answer.path("conditions")) {
            line(
                    "  %-15s %-8s %-18s %s"
                            .formatted(
                                    text(condition, "type"),
                                    text(condition, "status"),
                                    text(condition, "reason"),
                                    text(condition, "message")));
        }
    }

    private void instance(JsonNode answer) {
        String pod = text(answer, "pod");
        line(
                "Instance %d of World %s: %s%s, %d of %d players inside, %d on their way."
                        .formatted(
                                answer.path("instance").asInt(),
                                text(answer, "world"),
                                text(answer, "state").toLowerCase(Locale.ROOT),
                                pod.isEmpty() ? "" : " as pod " + pod,
                                answer.path("players").asInt(),
                                answer.path("capacity").asInt(),
                                answer.path("reserved").asInt()));
        standing(answer);
        decisions(answer);
        seats(answer);
    }

    private void player(JsonNode answer) {
        if (answer.path("worlds").isEmpty()) {
            line(
                    "Player %s has no seat in any World, and none was asked for in the last hour, among the last 256 decisions of each World."
                            .formatted(text(answer, "player")));
            return;
        }
        for (JsonNode world : answer.path("worlds")) {
            line(
                    world.path("hasSeat").asBoolean()
                            ? "Player %s has a seat in instance %d of World %s."
                                    .formatted(
                                            text(answer, "player"),
                                            world.path("instance").asInt(),
                                            text(world, "world"))
                            : "Player %s has no seat in World %s now."
                                    .formatted(text(answer, "player"), text(world, "world")));
            seats(world);
            if (!world.path("decisions").isEmpty()) {
                decisions(world);
            }
        }
    }

    private void decisions(JsonNode answer) {
        title("What was decided, the newest first");
        if (answer.path("decisions").isEmpty()) {
            line("  nothing since the operator started");
        }
        for (JsonNode decision : answer.path("decisions")) {
            int times = decision.path("times").asInt();
            line(
                    "  %s  %-16s %s%s"
                            .formatted(
                                    time(text(decision, "last")),
                                    text(decision, "reason"),
                                    text(decision, "message"),
                                    times > 1 ? " (%d times)".formatted(times) : ""));
            JsonNode figures = decision.path("figures");
            if (figures.path("desired").asInt() > 0 || figures.path("running").asInt() > 0) {
                line(
                        "  %8s  %-16s with %d of %d instances Ready, %s players, %s free seats, %d waiting"
                                .formatted(
                                        "",
                                        "",
                                        figures.path("ready").asInt(),
                                        figures.path("desired").asInt(),
                                        figures.path("players").asText("?"),
                                        figures.path("free").asText("?"),
                                        figures.path("waiting").asInt()));
            }
        }
    }

    private void seats(JsonNode answer) {
        title("What players were told, the newest first");
        if (!answer.path("seatsKnown").asBoolean()) {
            line("  not known: the matchmaker does not answer");
        } else if (answer.path("seats").isEmpty()) {
            line("  nothing in the last hour");
        }
        for (JsonNode seat : answer.path("seats")) {
            List<String> parts = new ArrayList<>();
            if (seat.has("instance")) {
                parts.add("instance %d".formatted(seat.path("instance").asInt()));
            }
            if (seat.has("seat")) {
                parts.add("seat %d".formatted(seat.path("seat").asInt()));
            }
            parts.add(text(seat, "detail"));
            if (seat.path("waitedMs").asInt() > 0) {
                parts.add(
                        String.format(
                                Locale.ROOT, "waited %.1f s", seat.path("waitedMs").asInt() / 1e3));
            }
            List<String> passed = new ArrayList<>();
            seat.path("passed")
                    .forEach(it ->
                            passed.add(
                                    "%d (%s)"
                                            .formatted(
                                                    it.path("instance").asInt(),
                                                    text(it, "reason"))));
            if (!passed.isEmpty()) {
                parts.add("not " + String.join(", ", passed));
            }
            line(
                    "  %s  %-9s %-16s %s: %s"
                            .formatted(
                                    time(text(seat, "at")),
                                    text(seat, "outcome"),
                                    text(seat, "reason"),
                                    text(seat, "player"),
                                    String.join(", ", parts)));
        }
    }

    private String time(String instant) {
        try {
            return TIME.format(Instant.parse(instant).atZone(zone));
        } catch (DateTimeException e) {
            return "--:--:--";
        }
    }

    private static String text(JsonNode node, String field) {
        return clean(node.path(field).asText(""));
    }

    private void title(String text) {
        out.append('\n').append(text).append('\n');
    }

    private void line(String text) {
        out.append(text.stripTrailing()).append('\n');
    }
}
