package otherworld.persistence;

import java.util.List;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;

/** Opens what an instance keeps. Blocking; every method may throw {@link StoreUnavailable}. */
public interface InstanceStore extends AutoCloseable {
    /** Starts waiting for the lease of {@code instance} in the name of pod {@code podUid}. */
    Ownership contend(InstanceId instance, String podUid);

    /**
     * Reads the instance as of the last committed group. Call while holding the lease at {@code
     * epoch}.
     */
    Loaded load(InstanceId instance, long epoch);

    /** The writer that continues after {@code loaded}. */
    PatchWriter writer(InstanceId instance, long epoch, Loaded loaded);

    @Override
    void close();

    /**
     * @param recent results of recent edits, to answer resends
     */
    record Loaded(long seq, List<EntityPatch> entities, List<RecentEdit> recent) {}

    record RecentEdit(PlayerId player, long clientSequence, byte[] result) {}
}
