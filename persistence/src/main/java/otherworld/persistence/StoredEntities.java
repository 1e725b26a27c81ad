package otherworld.persistence;

import java.util.List;
import otherworld.base.InstanceId;

/** What is durable of an instance, for tools and tests: reads only, beside a running writer. */
public final class StoredEntities {
    private StoredEntities() {}

    /**
     * The entities as of now, by id, from entity rows and journal in one snapshot; empty if the
     * instance has never run.
     *
     * @throws StoreUnavailable if the database does not answer
     */
    public static List<EntityPatch> read(
            String url, String user, String password, InstanceId instance) {
        try (SqlInstanceStore store = SqlInstanceStore.connect(url, user, password)) {
            return store.entities(instance);
        }
    }
}
