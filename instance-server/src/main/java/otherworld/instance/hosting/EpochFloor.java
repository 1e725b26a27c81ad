package otherworld.instance.hosting;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.store.PoseBlob;
import otherworld.instance.store.RedisPoses;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.LedgerUnavailable;
import otherworld.world.WorldLimits;

/**
 * The highest epoch that anything outside the database has seen of an instance. It is above the
 * lease's where the database was restored from a back-up: ledger, poses and clients would take a
 * host under the lease's for an old one.
 */
final class EpochFloor {
    private static final Logger log = LoggerFactory.getLogger(EpochFloor.class);

    private EpochFloor() {}

    /**
     * At least {@code epoch}. A Redis that does not answer has seen nothing: it is asked again by
     * each report.
     *
     * @throws IllegalStateException if what Redis has seen cannot be an epoch of ours
     */
    static long of(InstanceSettings settings, InstanceLedger ledger, RedisPoses poses, long epoch) {
        long floor = epoch;
        try {
            floor =
                    Math.max(
                            floor,
                            ledger.heartbeat(
                                            new Heartbeat(
                                                    settings.instance(),
                                                    epoch,
                                                    settings.podUid(),
                                                    settings.policy().capacity(),
                                                    false,
                                                    "",
                                                    null))
                                    .newestEpoch());
        } catch (LedgerUnavailable e) {
            log.warn("The ledger was not asked for the newest epoch: {}", e.getMessage());
        }
        floor = Math.max(floor, poses.read().map(PoseBlob::epoch).orElse(0L));
        if (floor >= WorldLimits.MAX_EPOCH) {
            throw new IllegalStateException(
                    "Redis has seen epoch %d of %s, and no host can have one above %d: delete its keys ow:{%s}:inst:%d and ow:{%s}:pose:%d"
                            .formatted(
                                    floor,
                                    settings.instance(),
                                    WorldLimits.MAX_EPOCH,
                                    settings.instance().world(),
                                    settings.instance().ordinal(),
                                    settings.instance().world(),
                                    settings.instance().ordinal()));
        }
        return floor;
    }
}
