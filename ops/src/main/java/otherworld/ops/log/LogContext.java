package otherworld.ops.log;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;

/**
 * Whom what is logged concerns: every line of the work that runs in a context says so, a library's
 * too. Never a token or ticket. Nothing is made of it before there is a line; binding one costs
 * some ten nanoseconds.
 *
 * @param trace one that is recorded
 */
public record LogContext(
        Optional<WorldId> world,
        Optional<Integer> instance,
        Optional<PlayerId> player,
        Optional<TraceContext> trace) {
    private static final ScopedValue<LogContext> CURRENT = ScopedValue.newInstance();

    /** Of one player. */
    public static LogContext of(PlayerId player) {
        return new LogContext(
                Optional.empty(), Optional.empty(), Optional.of(player), Optional.empty());
    }

    /** Of one player in an instance. */
    public static LogContext of(PlayerId player, InstanceId instance) {
        return new LogContext(
                Optional.of(instance.world()),
                Optional.of(instance.ordinal()),
                Optional.of(player),
                Optional.empty());
    }

    public LogContext in(WorldId of) {
        return new LogContext(Optional.of(of), instance, player, trace);
    }

    public LogContext traced(Optional<TraceContext> by) {
        return new LogContext(world, instance, player, by);
    }

    /** Does {@code work} in this context, in place of the one around it. */
    public <T> T get(Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }

    /** As {@link #get}. */
    public void run(Runnable work) {
        ScopedValue.where(CURRENT, this).run(work);
    }

    /** What this thread's context says, by the names that lines have it under. */
    static Map<String, String> fields() {
        if (!CURRENT.isBound()) {
            return Map.of();
        }
        LogContext context = CURRENT.get();
        Map<String, String> fields = new LinkedHashMap<>();
        context.world().ifPresent(world -> fields.put("world", world.value()));
        context.instance().ifPresent(ordinal -> fields.put("instance", ordinal.toString()));
        context.player()
                .map(PlayerIds.SET::shown)
                .filter(shown -> !shown.isEmpty())
                .ifPresent(shown -> fields.put("player", shown));
        context.trace()
                .ifPresent(trace -> {
                    fields.put("trace_id", trace.traceId());
                    fields.put("span_id", trace.spanId());
                });
        return fields;
    }
}
