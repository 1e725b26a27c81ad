package otherworld.webrtc.port;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Lets a bounded number of handshakes run, in all and for one source address. Those beyond wait in
 * order of arrival (each of them is a half-open peer, which are bounded too); one whose source is
 * at its limit lets others pass. Owner thread.
 */
final class HandshakeGate<P> {
    private final int limit;
    private final int limitPerSource;
    private final Consumer<P> start;
    private final Map<P, InetAddress> running = new HashMap<>();
    private final Map<InetAddress, Integer> runningOf = new HashMap<>();
    private final LinkedHashMap<P, InetAddress> waiting = new LinkedHashMap<>();

    /** {@code start} begins a handshake; it must not call back. */
    HandshakeGate(int limit, int limitPerSource, Consumer<P> start) {
        this.limit = limit;
        this.limitPerSource = limitPerSource;
        this.start = start;
    }

    /** What became of a request. */
    enum Turn {
        STARTED,
        WAITS,
        /** It runs or waits already. */
        KNOWN
    }

    Turn request(P peer, InetAddress source) {
        if (running.containsKey(peer) || waiting.containsKey(peer)) {
            return Turn.KNOWN;
        }
        if (mayRun(source)) {
            run(peer, source);
            return Turn.STARTED;
        }
        waiting.put(peer, source);
        return Turn.WAITS;
    }

    private boolean mayRun(InetAddress source) {
        return running.size() < limit && runningOf.getOrDefault(source, 0) < limitPerSource;
    }

    private void run(P peer, InetAddress source) {
        running.put(peer, source);
        runningOf.merge(source, 1, Integer::sum);
        start.accept(peer);
    }

    /** A peer is gone. If its handshake runs, its place is free only when that {@link #ended}. */
    void leave(P peer) {
        waiting.remove(peer);
    }

    /** A peer's handshake has ended. Others may begin. */
    void ended(P peer) {
        InetAddress source = running.remove(peer);
        if (source == null) {
            return;
        }
        runningOf.computeIfPresent(source, (address, count) -> count == 1 ? null : count - 1);
        Iterator<Map.Entry<P, InetAddress>> queue = waiting.entrySet().iterator();
        while (queue.hasNext() && running.size() < limit) {
            Map.Entry<P, InetAddress> next = queue.next();
            if (mayRun(next.getValue())) {
                queue.remove();
                run(next.getKey(), next.getValue());
            }
        }
    }

    int running() {
        return running.size();
    }

    int waiting() {
        return waiting.size();
    }
}
