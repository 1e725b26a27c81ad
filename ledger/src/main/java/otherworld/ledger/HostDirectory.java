package otherworld.ledger;

import java.util.Optional;
import otherworld.base.InstanceId;

/** Where instances are, for a gateway before them, which may read and nothing else. Thread-safe. */
public interface HostDirectory extends AutoCloseable {
    /**
     * The pod that hosts an instance.
     *
     * @param epoch of the host that reported last
     * @param podUid that host's
     * @param address of its players' port, host:port, as the operator told the ledger
     */
    record Found(long epoch, String podUid, String address) {}

    /**
     * The pod that reported last as the instance's host, if the operator says that it is there and
     * that players come to it through a gateway. One round trip; answers or throws {@link
     * LedgerUnavailable} in about a second.
     */
    Optional<Found> find(InstanceId instance);

    @Override
    void close();
}
