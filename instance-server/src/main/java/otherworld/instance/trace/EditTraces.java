package otherworld.instance.trace;

import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.base.TraceContext;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.RemoveEntity;
import otherworld.tracing.Tracing;

/**
 * Which edits are recorded. The dice are thrown when one has come, by whatever thread brings it to
 * the simulation; with tracing off that is one look at a field. Thread-safe.
 */
public final class EditTraces {
    /** None are. */
    public static final EditTraces OFF = new EditTraces(Tracing.OFF);

    private final Tracing tracing;
    private final boolean on;

    public EditTraces(Tracing tracing) {
        this.tracing = tracing;
        this.on = tracing.isOn();
    }

    /**
     * A message has come; null, for nearly all, if nothing of it is recorded.
     *
     * @param instance which has it
     */
    public @Nullable EditTrace received(ClientMessage message, InstanceId instance) {
        if (!on) {
            return null;
        }
        String kind =
                switch (message) {
                    case PlaceEntity _ -> "PlaceEntity";
                    case MoveEntity _ -> "MoveEntity";
                    case RemoveEntity _ -> "RemoveEntity";
                    default -> "";
                };
        if (kind.isEmpty()) {
            return null;
        }
        TraceContext context = tracing.begin().orElse(null);
        return context == null
                ? null
                : new EditTrace(tracing, context, kind, instance, System.nanoTime());
    }
}
