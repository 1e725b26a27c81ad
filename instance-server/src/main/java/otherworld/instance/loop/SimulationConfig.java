package otherworld.instance.loop;

import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;

/**
 * What does not change while an instance is hosted, and what it starts with.
 *
 * @param bitsPerSecond what each player is told of others' movement at most
 * @param policy at start
 */
public record SimulationConfig(
        InstanceId instance,
        long epoch,
        int tickRateHz,
        int presenceRateHz,
        int bitsPerSecond,
        float zoneSizeM,
        LivePolicy policy) {
    public long tickNs() {
        return 1_000_000_000L / tickRateHz;
    }
}
