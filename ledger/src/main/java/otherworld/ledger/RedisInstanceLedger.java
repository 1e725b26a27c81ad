package otherworld.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;

/** {@link InstanceLedger} in Redis: one script call for each of its methods. */
public final class RedisInstanceLedger implements InstanceLedger {
    private final LedgerConnection redis;

    /**
     * The incarnation each instance of this process last heard. One that differs from the ledger's
     * tells it that the instance served before a wipe.
     */
    private final ConcurrentHashMap<InstanceId, String> heard = new ConcurrentHashMap<>();

    RedisInstanceLedger(RedisSettings settings, Supplier<String> nowUs) {
        redis = new LedgerConnection(settings, nowUs);
    }

    /** Does not wait for Redis: until it answers, calls throw {@link LedgerUnavailable}. */
    public static RedisInstanceLedger connect(RedisSettings settings) {
        return new RedisInstanceLedger(settings, () -> "");
    }

    /** As {@link #connect(RedisSettings)}, where a URL says all. */
    public static RedisInstanceLedger connect(String url) {
        return connect(RedisSettings.of(url));
    }

    @Override
    public Reply claim(InstanceId instance, long epoch, Seat seat, PlayerId player) {
        return transition("claim", instance, epoch, seat, player, Duration.ZERO);
    }

    @Override
    public Reply hold(
            InstanceId instance, long epoch, Seat seat, PlayerId player, Duration window) {
        return transition("hold", instance, epoch, seat, player, window);
    }

    @Override
    public Reply resume(InstanceId instance, long epoch, Seat seat, PlayerId player) {
        return transition("resume", instance, epoch, seat, player, Duration.ZERO);
    }

    @Override
    public Reply release(InstanceId instance, long epoch, Seat seat, PlayerId player) {
        return transition("release", instance, epoch, seat, player, Duration.ZERO);
    }

    private Reply transition(
            String operation,
            InstanceId instance,
            long epoch,
            Seat seat,
            PlayerId player,
            Duration window) {
        List<String> reply =
                redis.strings(
                        Script.TRANSITION,
                        instance.world(),
                        List.of(
                                operation,
                                Integer.toString(instance.ordinal()),
                                Long.toString(epoch),
                                Integer.toString(seat.number()),
                                Long.toString(seat.generation()),
                                player.value(),
                                Long.toString(window.toMillis())));
        return switch (reply.get(0)) {
            case "done" -> new Reply.Done();
            case "superseded" -> new Reply.Superseded(reply.get(1));
            case "stale" -> new Reply.StaleEpoch(Long.parseLong(reply.get(1)));
            default -> throw new IllegalStateException("transition.lua answered " + reply);
        };
    }

    @Override
    public HeartbeatReply heartbeat(Heartbeat heartbeat) {
        InstanceId instance = heartbeat.instance();
        List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(instance.ordinal()));
        arguments.add(Long.toString(heartbeat.epoch()));
        arguments.add(heartbeat.podUid());
        arguments.add(Integer.toString(heartbeat.capacity()));
        arguments.add(heartbeat.ready() ? "1" : "0");
        arguments.add(heartbeat.confirmedCordon());
        arguments.add(heard.getOrDefault(instance, ""));
        addSeats(arguments, heartbeat.seats());
        List<String> reply = redis.strings(Script.HEARTBEAT, instance.world(), arguments);
        heard.put(instance, reply.get(0));
        return new HeartbeatReply(
                reply.get(0),
                reply.get(1).equals("1"),
                policy(reply.get(2), reply.get(3), reply.get(6)),
                reply.get(4),
                Long.parseLong(reply.get(5)));
    }

    /** What is missing is no permission: the instance goes on by what it was told before. */
    private static @Nullable LivePolicy policy(
            String capacity, String reconnectWindowMs, String permissions) {
        Optional<Permissions> told = Replies.knownPermissions(permissions);
        return capacity.isEmpty() || told.isEmpty()
                ? null
                : new LivePolicy(
                        Integer.parseInt(capacity),
                        Duration.ofMillis(Long.parseLong(reconnectWindowMs)),
                        told.get());
    }

    private static void addSeats(List<String> arguments, @Nullable List<TakenSeat> seats) {
        arguments.add(seats == null ? "0" : "1");
        if (seats == null) {
            return;
        }
        for (TakenSeat taken : seats) {
            arguments.add(Integer.toString(taken.seat().number()));
            arguments.add(Long.toString(taken.seat().generation()));
            arguments.add(
                    switch (taken.state()) {
                        case OCCUPIED -> "O";
                        case HELD -> "H";
                        case RESERVED ->
                                throw new IllegalArgumentException(
                                        "Seat %d: reservations are the ledger's, not reported"
                                                .formatted(taken.seat().number()));
                    });
            arguments.add(Long.toString(Math.max(0, taken.leftMs())));
            arguments.add(taken.player().value());
        }
    }

    @Override
    public void storage(InstanceId instance, long epoch, String trouble) {
        List<String> _ =
                redis.strings(
                        Script.STORAGE,
                        instance.world(),
                        List.of(
                                Integer.toString(instance.ordinal()),
                                Long.toString(epoch),
                                trouble.substring(0, Math.min(trouble.length(), MAX_TROUBLE))));
    }

    @Override
    public List<TakenSeat> takenSeats(InstanceId instance) {
        List<String> reply =
                redis.strings(
                        Script.TAKEN,
                        instance.world(),
                        List.of(Integer.toString(instance.ordinal())));
        List<TakenSeat> taken = new ArrayList<>(reply.size() / 5);
        for (int i = 0; i < reply.size(); i += 5) {
            taken.add(
                    new TakenSeat(
                            new Seat(
                                    Integer.parseInt(reply.get(i)),
                                    Long.parseLong(reply.get(i + 1))),
                            switch (reply.get(i + 2)) {
                                case "R" -> SeatState.RESERVED;
                                case "O" -> SeatState.OCCUPIED;
                                case "H" -> SeatState.HELD;
                                default ->
                                        throw new IllegalStateException(
                                                "taken.lua answered " + reply);
                            },
                            new PlayerId(reply.get(i + 4)),
                            Long.parseLong(reply.get(i + 3))));
        }
        return taken;
    }

    @Override
    public void close() {
        redis.close();
    }
}
