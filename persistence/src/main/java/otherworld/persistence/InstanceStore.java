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
     * @param entities is given them on this thread
     * @throws StoreUnavailable if the database does not answer, or another epoch holds the lease
     * @throws StoreDamaged if committed groups are missing from the database, or cannot be read
     */
    Loaded load(InstanceId instance, long epoch, EntitySink entities);

    /** The same with all entities in the answer, for tools. */
    default Loaded load(InstanceId instance, long epoch) {
        EntityList entities = new EntityList();
        Loaded loaded = load(instance, epoch, entities);
        return new Loaded(
                loaded.seq(),
                entities.byId(),
                loaded.recent(),
                loaded.highestEpoch(),
                loaded.unreadable());
    }

    /** The only writer of this epoch, which continues after {@code loaded}. */
    default PatchWriter writer(InstanceId instance, long epoch, Loaded loaded) {
        return writer(instance, epoch, loaded, CommitListener.NONE);
    }

    /** The same, of whose groups {@code listener} hears. */
    PatchWriter writer(InstanceId instance, long epoch, Loaded loaded, CommitListener listener);

    /** Close writers and ownerships first. */
    @Override
    void close();

    /**
     * @param seq the last committed group
     * @param entities those that exist, by id, none removed; empty if a sink took them
     * @param recent results of recent edits, to answer resends: the newest 256 of each player, of
     *     the last day or so, per player in order of client sequence
     * @param highestEpoch that wrote anything of it, as far as its rows tell; above the lease's if
     *     the row of the instance was lost
     * @param unreadable rows that are there and were left out
     */
    record Loaded(
            long seq,
            List<EntityPatch> entities,
            List<RecentEdit> recent,
            long highestEpoch,
            List<Unreadable> unreadable) {
        public Loaded(long seq, List<EntityPatch> entities, List<RecentEdit> recent) {
            this(seq, entities, recent, 0, List.of());
        }
    }

    /**
     * A row that is kept as it is, and without which the rest is loaded.
     *
     * @param what for people: which
     */
    record Unreadable(String what, String why) {}

    /** The first answer to an edit. */
    record RecentEdit(PlayerId player, long clientSequence, byte[] result) {}
}
