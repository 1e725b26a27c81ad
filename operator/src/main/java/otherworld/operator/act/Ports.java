package otherworld.operator.act;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import otherworld.operator.config.InstancePorts;

/**
 * Gives each pod a host port of its own among all Worlds, of the operator's range, going round so
 * that a port rests for as long as possible. Only when all are in use does it repeat one, which is
 * then unique on its node at least. Thread-safe.
 */
public final class Ports {
    // A prime: neighbouring hashes, as of names that end in a number, lie far apart.
    private static final int SPREAD = 3_571;

    private final InstancePorts range;
    private final Supplier<Set<Integer>> inUse;
    private final Map<String, Integer> given = new HashMap<>();
    private int next;

    /**
     * @param range to take ports from
     * @param inUse ports of all pods that the operator knows
     * @param scope the namespaces it watches, none for all: operators that do not see each other's
     *     pods begin at different ports, since a node takes each but once
     */
    public Ports(InstancePorts range, Supplier<Set<Integer>> inUse, Set<String> scope) {
        this.range = range;
        this.inUse = inUse;
        this.next =
                range.first()
                        + Math.floorMod(new TreeSet<>(scope).hashCode() * SPREAD, range.count());
    }

    /** A port for the pod; it is taken until {@link #settled}. */
    public synchronized int take(String pod, Set<Integer> avoid) {
        Set<Integer> used = inUse.get();
        for (int tries = 0; tries < range.count(); tries++) {
            int port = advance();
            if (!used.contains(port) && !avoid.contains(port) && !given.containsValue(port)) {
                given.put(pod, port);
                return port;
            }
        }
        int port = advance();
        for (int tries = 1; tries < range.count() && avoid.contains(port); tries++) {
            port = advance();
        }
        return port;
    }

    /** The pod exists, or will not: its port is known, or free again. */
    public synchronized void settled(String pod) {
        given.remove(pod);
    }

    private int advance() {
        int port = next;
        next = port == range.last() ? range.first() : port + 1;
        return port;
    }
}
