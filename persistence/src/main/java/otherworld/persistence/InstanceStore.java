package otherworld.persistence;

import java.util.List;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;

/**
 * Opens what an instance keeps. The order is: {@link #contend}, await the lease, {@link #load} at
 * its epoch, {@link #writer}; at the end flush and close the writer, then release the lease.
 * Thread-safe.
 */
public interface InstanceStore extends AutoCloseable {
    /**
     * Starts waiting for the lease of {@code instance} in the name of pod {@code podUid}. Does not
     * block and does not throw when the database does not answer.
     */
    Ownership contend(InstanceId instance, String podUid);

    /**
     * Reads the instance as of the last committed group. Call while holding the lease at {@code
     * epoch}: no group of an earlier epoch can be committed any more, so what is read is final.
     * Blocks, up to 30 s.
     *
     * @throws StoreUnavailable if the database does not answer, or another epoch holds the lease
     * @throws IllegalStateException if committed groups are missing from the database
     */
    Loaded load(InstanceId instance, long epoch);

    /** The only writer of this epoch, which continues after {@code loaded}. */
    PatchWriter writer(InstanceId instance, long epoch, Loaded loaded);

    /** Close writers and ownerships first. */
    @Override
    void close();

    /**
     * @param seq the last committed group
     * @param entities those that exist, by id, none removed
     * @param recent results of recent edits, to answer resends: the newest 256 of each player, of
     *     the last day or so, per player in order of client sequence
     */
    record Loaded(long seq, List<EntityPatch> entities, List<RecentEdit> recent) {}

    /** The first answer to an edit. */
    record RecentEdit(PlayerId player, long clientSequence, byte[] result) {}
}
