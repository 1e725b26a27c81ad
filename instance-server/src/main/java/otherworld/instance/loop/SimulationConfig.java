package otherworld.instance.loop;

import java.time.Duration;
import otherworld.base.InstanceId;

/** What does not change while an instance is hosted, and what it starts with. */
public record SimulationConfig(
        InstanceId instance,
        long epoch,
        int tickRateHz,
        int presenceRateHz,
        float zoneSizeM,
        int capacity,
        Duration reconnectWindow) {
    public long tickNs() {
        return 1_000_000_000L / tickRateHz;
    }
}
