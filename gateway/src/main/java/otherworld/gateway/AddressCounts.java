package otherworld.gateway;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.http.AddressBlock;

/** How many players each address (of IPv6 its /64) has. Thread-safe. */
public final class AddressCounts {
    private final int most;
    private final ConcurrentHashMap<AddressBlock, Integer> counts = new ConcurrentHashMap<>();

    public AddressCounts(int most) {
        this.most = most;
    }

    public int most() {
        return most;
    }

    /** Whether there are as many as may be. */
    public boolean full(InetAddress address) {
        return counts.getOrDefault(AddressBlock.of(address), 0) >= most;
    }

    /** Counts one more; false if there are as many as may be. Each needs its {@link #release}. */
    public boolean tryAcquire(InetAddress address) {
        AddressBlock block = AddressBlock.of(address);
        boolean[] taken = {false};
        counts.compute(
                block,
                (_, count) -> {
                    int now = count == null ? 0 : count;
                    taken[0] = now < most;
                    return taken[0] ? Integer.valueOf(now + 1) : count;
                });
        return taken[0];
    }

    public void release(InetAddress address) {
        counts.computeIfPresent(
                AddressBlock.of(address), (_, count) -> count == 1 ? null : count - 1);
    }
}
