package otherworld.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;

/**
 * The connections that are open, and which must go when there are too many: first the oldest that
 * never asked anything whole, then the oldest that was handed over and has not shown since who it
 * is, then the one that has been idle longest. So a player who asks is seated although strangers
 * hold every place with silence, or with upgrades and no more; who is at work, or known to whoever
 * has the connection, never goes. Thread-safe.
 *
 * @param <C> a connection
 */
final class ConnectionTable<C> {
    private final int most;
    private final int mostPerAddress;
    private final Function<C, Object> addressOf;
    private final LinkedHashSet<C> silent = new LinkedHashSet<>();
    private final LinkedHashSet<C> strange = new LinkedHashSet<>();
    private final LinkedHashSet<C> idle = new LinkedHashSet<>();
    private final LinkedHashSet<C> busy = new LinkedHashSet<>();
    private final Map<Object, Integer> perAddress = new HashMap<>();

    /** What a new connection means. */
    sealed interface Admission<C> {
        record Admitted<C>() implements Admission<C> {}

        /** {@code victim} is not in the table any more: close it. */
        record Displaced<C>(C victim, Limit limit) implements Admission<C> {}

        record Refused<C>(Limit limit) implements Admission<C> {}
    }

    /** Which limit was met. */
    enum Limit {
        IN_ALL,
        PER_ADDRESS
    }

    ConnectionTable(int most, int mostPerAddress, Function<C, Object> addressOf) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
        this.addressOf = addressOf;
    }

    synchronized Admission<C> add(C connection) {
        Object address = addressOf.apply(connection);
        Admission<C> admission = new Admission.Admitted<>();
        if (mostPerAddress > 0 && perAddress.getOrDefault(address, 0) >= mostPerAddress) {
            admission = displace(Optional.of(address), Limit.PER_ADDRESS);
        } else if (size() >= most) {
            admission = displace(Optional.empty(), Limit.IN_ALL);
        }
        if (!(admission instanceof Admission.Refused)) {
            silent.add(connection);
            perAddress.merge(address, 1, Integer::sum);
        }
        return admission;
    }

    /** It works on a request, and stays whoever comes. False if it had to go just before. */
    synchronized boolean busy(C connection) {
        if (silent.remove(connection) || idle.remove(connection)) {
            busy.add(connection);
            return true;
        }
        return false;
    }

    /** Another protocol has it from now on, and does not know yet who it is. */
    synchronized void handedOver(C connection) {
        if (busy.remove(connection)) {
            strange.add(connection);
        }
    }

    /** That protocol knows: it stays whoever comes. */
    synchronized void known(C connection) {
        if (strange.remove(connection)) {
            busy.add(connection);
        }
    }

    /** It had its answer. */
    synchronized void idle(C connection) {
        if (busy.remove(connection)) {
            idle.add(connection);
        }
    }

    synchronized void remove(C connection) {
        if (silent.remove(connection)
                || strange.remove(connection)
                || idle.remove(connection)
                || busy.remove(connection)) {
            perAddress.computeIfPresent(
                    addressOf.apply(connection), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    synchronized int size() {
        return silent.size() + strange.size() + idle.size() + busy.size();
    }

    /** A copy. */
    synchronized List<C> all() {
        List<C> all = new ArrayList<>(size());
        all.addAll(silent);
        all.addAll(strange);
        all.addAll(idle);
        all.addAll(busy);
        return all;
    }

    private Admission<C> displace(Optional<Object> address, Limit limit) {
        Optional<C> victim =
                oldest(silent, address)
                        .or(() -> oldest(strange, address))
                        .or(() -> oldest(idle, address));
        if (victim.isEmpty()) {
            return new Admission.Refused<>(limit);
        }
        remove(victim.get());
        return new Admission.Displaced<>(victim.get(), limit);
    }

    private Optional<C> oldest(SequencedSet<C> from, Optional<Object> address) {
        Iterator<C> all = from.iterator();
        while (all.hasNext()) {
            C one = all.next();
            if (address.isEmpty() || address.get().equals(addressOf.apply(one))) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }
}
