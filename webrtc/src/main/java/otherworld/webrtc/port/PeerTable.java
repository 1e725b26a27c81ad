package otherworld.webrtc.port;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.ice.Path;

/**
 * Whom a datagram belongs to. By ufrag and by id for any thread; by path for the owner thread, and
 * only those paths that an authenticated check came from.
 */
final class PeerTable {
    /** Why there is no place for another peer. */
    enum Place {
        TAKEN,
        TOO_MANY_PEERS,
        TOO_MANY_HALF_OPEN
    }

    private final int maxPeers;
    private final int maxHalfOpen;
    private final AtomicInteger peers = new AtomicInteger();
    private final AtomicInteger halfOpen = new AtomicInteger();
    private final ConcurrentHashMap<String, Peer> byUfrag = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<PeerId, Peer> byId = new ConcurrentHashMap<>();
    private final Map<Path, Peer> byPath = new HashMap<>();
    private volatile int paths;

    PeerTable(int maxPeers, int maxHalfOpen) {
        this.maxPeers = maxPeers;
        this.maxHalfOpen = maxHalfOpen;
    }

    /** Any thread. Takes a place, which {@link #remove} gives back. */
    Place takePlace() {
        if (peers.incrementAndGet() > maxPeers) {
            peers.decrementAndGet();
            return Place.TOO_MANY_PEERS;
        }
        if (halfOpen.incrementAndGet() > maxHalfOpen) {
            halfOpen.decrementAndGet();
            peers.decrementAndGet();
            return Place.TOO_MANY_HALF_OPEN;
        }
        return Place.TAKEN;
    }

    /** Any thread. False if the ufrag is another peer's. */
    boolean add(Peer peer) {
        if (byUfrag.putIfAbsent(peer.localUfrag(), peer) != null) {
            return false;
        }
        byId.put(peer.id(), peer);
        return true;
    }

    /** The peer is no longer half-open. */
    void connected() {
        halfOpen.decrementAndGet();
    }

    void remove(Peer peer) {
        byUfrag.remove(peer.localUfrag());
        byId.remove(peer.id());
        for (Path path : peer.ice().paths()) {
            byPath.remove(path, peer);
        }
        paths = byPath.size();
        peers.decrementAndGet();
        if (!peer.isConnected()) {
            halfOpen.decrementAndGet();
        }
    }

    /** Any thread. */
    @Nullable Peer byUfrag(String ufrag) {
        return byUfrag.get(ufrag);
    }

    /** Any thread. */
    @Nullable Peer byId(PeerId id) {
        return byId.get(id);
    }

    @Nullable Peer byPath(Path path) {
        return byPath.get(path);
    }

    /**
     * A check of the peer was valid on the path; whoever else was there before is there no more.
     */
    void verified(Path path, Peer peer, Optional<Path> forgotten) {
        Peer before = byPath.put(path, peer);
        if (before != null && before != peer) {
            before.ice().forget(path);
            before.followPath();
        }
        forgotten.ifPresent(old -> byPath.remove(old, peer));
        paths = byPath.size();
    }

    /** A copy, for the end. */
    List<Peer> all() {
        return new ArrayList<>(byId.values());
    }

    int peers() {
        return peers.get();
    }

    int halfOpen() {
        return halfOpen.get();
    }

    /** Any thread. */
    int paths() {
        return paths;
    }
}
