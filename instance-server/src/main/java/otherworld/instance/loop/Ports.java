package otherworld.instance.loop;

import java.util.function.Consumer;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.ZoneLog;
import otherworld.instance.session.SeatChanges;
import otherworld.instance.trace.EditTraces;
import otherworld.persistence.Ownership;
import otherworld.persistence.PatchWriter;

/**
 * What a simulation needs of the world around it. None of it blocks, but for {@code inputs} for a
 * moment.
 *
 * @param inputs asked before each turn
 * @param poses takes the newest poses, to be kept where a successor finds them; may drop them
 * @param fenced called, perhaps more than once, when another host may be writing: the process must
 *     end
 * @param traces which edits are recorded
 */
public record Ports(
        SimulationClock clock,
        Inputs inputs,
        Ownership lease,
        PatchWriter writer,
        SeatChanges seatChanges,
        Consumer<byte[]> poses,
        ZoneLog zoneLog,
        InstanceMetrics metrics,
        Consumer<String> fenced,
        EditTraces traces) {
    /** Of which no edit is recorded. */
    public Ports(
            SimulationClock clock,
            Inputs inputs,
            Ownership lease,
            PatchWriter writer,
            SeatChanges seatChanges,
            Consumer<byte[]> poses,
            ZoneLog zoneLog,
            InstanceMetrics metrics,
            Consumer<String> fenced) {
        this(
                clock,
                inputs,
                lease,
                writer,
                seatChanges,
                poses,
                zoneLog,
                metrics,
                fenced,
                EditTraces.OFF);
    }
}
