package otherworld.instance.transport.http;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import otherworld.instance.metrics.InstanceMetrics.Limit;

/** How many connections there are: so many in all, and of one {@link AddressBlock}. Thread-safe. */
public final class Connections {
    private final int most;
    private final int mostPerAddress;
    private final Map<AddressBlock, Integer> open = new HashMap<>();
    private int total;

    public Connections(int most, int mostPerAddress) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
    }

    /** The bound that one more would exceed; empty: it counts until it is {@link #closed}. */
    public synchronized Optional<Limit> opened(InetAddress address) {
        if (total >= most) {
            return Optional.of(Limit.CONNECTIONS);
        }
        AddressBlock block = AddressBlock.of(address);
        int own = open.getOrDefault(block, 0);
        if (own >= mostPerAddress) {
            return Optional.of(Limit.CONNECTIONS_PER_ADDRESS);
        }
        open.put(block, own + 1);
        total++;
        return Optional.empty();
    }

    /** One that was let in is gone. */
    public synchronized void closed(InetAddress address) {
        open.computeIfPresent(AddressBlock.of(address), (_, own) -> own > 1 ? own - 1 : null);
        total--;
    }

    public synchronized int total() {
        return total;
    }
}
