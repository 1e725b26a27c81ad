package otherworld.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.Location;
import otherworld.ledger.SeatLedger.Refusal;
import otherworld.ledger.SeatLedger.Rejected;
import otherworld.ledger.SeatLedger.Waited;

/** Reads what the scripts answer; each script's head documents it. */
final class Replies {
    private Replies() {}

    static Assignment assignment(WorldId world, List<String> reply) {
        return switch (reply.get(0)) {
            case "seated" ->
                    new Assignment.Seated(
                            new InstanceId(world, Integer.parseInt(reply.get(1))),
                            Long.parseLong(reply.get(2)),
                            seats(reply, 9),
                            InstanceHost.endpoints(reply.get(3)),
                            Integer.parseInt(reply.get(4)),
                            permissions(reply.get(5)),
                            reply.get(6),
                            rejected(reply.get(7)),
                            reply.get(8).isEmpty()
                                    ? Optional.empty()
                                    : Optional.of(waited(reply.get(8))));
            case "waiting" ->
                    new Assignment.Waiting(
                            Integer.parseInt(reply.get(1)),
                            reply.get(2),
                            rejected(reply.get(3)),
                            waited(reply.get(4)));
            case "refused" -> new Assignment.Refused(Refusal.valueOf(reply.get(1)), reply.get(2));
            case "unknown world" -> new Assignment.UnknownWorld();
            default -> throw new IllegalStateException("assign.lua answered " + reply);
        };
    }

    /** {@code now before}, in milliseconds. */
    private static Waited waited(String text) {
        int space = text.indexOf(' ');
        return new Waited(
                Long.parseLong(text.substring(0, space)),
                Long.parseLong(text.substring(space + 1)));
    }

    private static List<Seat> seats(List<String> reply, int from) {
        List<Seat> seats = new ArrayList<>((reply.size() - from) / 2);
        for (int i = from; i < reply.size(); i += 2) {
            seats.add(new Seat(Integer.parseInt(reply.get(i)), Long.parseLong(reply.get(i + 1))));
        }
        return seats;
    }

    /** What is missing or damaged allows nothing; whoever reads the World has it written again. */
    private static Permissions permissions(String text) {
        return knownPermissions(text).orElse(Permissions.CLOSED);
    }

    /** Empty if they are missing or damaged. */
    static Optional<Permissions> knownPermissions(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Permissions.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Lines of {@code ordinal reason}. */
    private static List<Rejected> rejected(String lines) {
        List<Rejected> rejected = new ArrayList<>();
        lines.lines()
                .forEach(line -> {
                    int space = line.indexOf(' ');
                    rejected.add(
                            new Rejected(
                                    Integer.parseInt(line.substring(0, space)),
                                    line.substring(space + 1)));
                });
        return rejected;
    }

    static Location location(List<String> reply) {
        return switch (reply.get(0)) {
            case "found" ->
                    new Location.Found(
                            number(reply.get(1)),
                            InstanceHost.endpoints(reply.get(2)),
                            reply.get(3));
            case "ended" -> new Location.Ended();
            case "unknown world" -> new Location.UnknownWorld();
            default -> throw new IllegalStateException("locate.lua answered " + reply);
        };
    }

    static WorldState world(WorldId world, List<Object> reply) {
        List<WorldState.InstanceState> instances = new ArrayList<>();
        for (Object instance : (List<?>) reply.get(6)) {
            instances.add(instance(texts(instance)));
        }
        return new WorldState(
                (String) reply.get(0),
                Long.parseLong((String) reply.get(1)),
                policy(world, texts(reply.get(2))),
                numbers(reply.get(3)),
                Integer.parseInt((String) reply.get(4)),
                numbers(reply.get(5)),
                instances);
    }

    private static Optional<WorldPolicy> policy(WorldId world, List<String> fields) {
        if (fields.get(0).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new WorldPolicy(
                        world,
                        new LivePolicy(
                                Integer.parseInt(fields.get(0)),
                                Duration.ofMillis(Long.parseLong(fields.get(4))),
                                permissions(fields.get(7))),
                        Integer.parseInt(fields.get(1)),
                        Integer.parseInt(fields.get(2)),
                        WorldPolicy.Placement.valueOf(fields.get(3)),
                        fields.get(5),
                        fields.get(6)));
    }

    private static WorldState.InstanceState instance(List<String> fields) {
        return new WorldState.InstanceState(
                Integer.parseInt(fields.get(0)),
                fields.get(1),
                number(fields.get(2)),
                fields.get(3),
                Integer.parseInt(fields.get(4)),
                Integer.parseInt(fields.get(5)),
                Integer.parseInt(fields.get(6)),
                Integer.parseInt(fields.get(7)),
                Long.parseLong(fields.get(8)),
                WorldState.Cordon.valueOf(fields.get(9)),
                fields.get(10),
                (int) number(fields.get(11)),
                InstanceHost.podName(fields.get(12)),
                InstanceHost.endpoints(fields.get(12)),
                fields.get(13).equals("1"),
                fields.get(14));
    }

    private static List<String> texts(Object list) {
        return ((List<?>) list).stream().map(String.class::cast).toList();
    }

    private static List<Integer> numbers(Object list) {
        return ((List<?>) list).stream().map(text -> Integer.valueOf((String) text)).toList();
    }

    private static long number(String text) {
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }
}
