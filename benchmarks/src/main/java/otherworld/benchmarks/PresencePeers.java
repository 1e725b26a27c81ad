package otherworld.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The servers that bench presence compares ours with, each of which takes its turn. */
final class PresencePeers implements AutoCloseable {
    /** A move with a root, a head and two hands, and its WebSocket frame. */
    private static final int MOVE_BYTES = 90;

    private final Bench.Request request;
    private final Pinning pinning;
    private final Map<String, Turn> turns = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();

    private interface Turn {
        Round play() throws IOException, InterruptedException;
    }

    private PresencePeers(Bench.Request request, Pinning pinning) {
        this.request = request;
        this.pinning = pinning;
    }

    /**
     * Who cannot be had here is {@link #missing}.
     *
     * @param names of {@link PresenceRounds}
     */
    static PresencePeers start(Bench.Request request, Pinning pinning, Set<String> names)
            throws InterruptedException {
        PresencePeers peers = new PresencePeers(request, pinning);
        if (names.contains(PresenceRounds.COLYSEUS)) {
            peers.startColyseus();
        }
        peers.findGodot(names);
        return peers;
    }

    private void startColyseus() throws InterruptedException {
        try {
            ColyseusPeer peer =
                    ColyseusPeer.start(
                            request.root(), request.work(), pinning, PresenceBench.RATE_HZ);
            ends.add(peer::close);
            turns.put(
                    PresenceRounds.COLYSEUS,
                    () ->
                            peer.round(
                                    PresenceBench.PLAYERS,
                                    PresenceBench.RATE_HZ,
                                    PresenceBench.SETTLE,
                                    request.time()));
        } catch (IOException e) {
            missing.add(String.valueOf(e.getMessage()));
        }
    }

    private void findGodot(Set<String> names) throws InterruptedException {
        boolean calls = names.contains(PresenceRounds.GODOT);
        boolean synchronizers = names.contains(PresenceRounds.GODOT_SYNCHRONIZERS);
        if (!calls && !synchronizers) {
            return;
        }
        try {
            GodotPeer peer = GodotPeer.find(request.root(), request.work(), pinning);
            if (calls) {
                turns.put(PresenceRounds.GODOT, () -> round(peer, GodotPeer.Way.CALLS));
            }
            if (synchronizers) {
                turns.put(
                        PresenceRounds.GODOT_SYNCHRONIZERS,
                        () -> round(peer, GodotPeer.Way.SYNCHRONIZERS));
            }
        } catch (IOException e) {
            missing.add(String.valueOf(e.getMessage()));
        }
    }

    private Round round(GodotPeer peer, GodotPeer.Way way)
            throws IOException, InterruptedException {
        return peer.round(
                way,
                PresenceBench.PLAYERS,
                PresenceBench.RATE_HZ,
                PresenceBench.SETTLE,
                request.time());
    }

    /**
     * A floor, which takes its turn from now on.
     *
     * @param name of {@link PresenceRounds}
     * @param like whose messages are sent, in number and size
     */
    void startFloor(String name, Round like) throws IOException, InterruptedException {
        FloorPeer bare = FloorPeer.start(request.root(), request.work(), pinning, name, like);
        ends.add(bare::close);
        turns.put(
                name,
                () ->
                        bare.round(
                                PresenceBench.PLAYERS,
                                PresenceBench.RATE_HZ,
                                MOVE_BYTES,
                                PresenceBench.SETTLE,
                                request.time()));
    }

    /** A round of each. */
    void turns(PresenceRounds rounds) throws IOException, InterruptedException {
        for (Map.Entry<String, Turn> turn : turns.entrySet()) {
            rounds.add(Measured.of(turn.getKey(), turn.getValue().play()));
        }
    }

    /** Why whom could not be had. */
    List<String> missing() {
        return missing;
    }

    @Override
    public void close() {
        ends.forEach(Runnable::run);
    }
}
