package otherworld.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import otherworld.base.InstanceId;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;

/**
 * The matchmaker's side of the seat ledger: it owns Free ↔ Reserved, and carries the operator's
 * policy, hosts and cordons. Any number of matchmakers share it. Calls block for one Redis round
 * trip, answer or throw {@link LedgerUnavailable} in about a second, and are safe to repeat.
 * Thread-safe.
 *
 * <p>What a call answered is as durable as Redis makes it: see {@link #inspect}.
 */
public interface SeatLedger extends AutoCloseable {
    /** How long a reservation waits for its player to connect. */
    Duration RESERVATION = Duration.ofSeconds(15);

    /** Seats the whole party in one instance, or none of it. Idempotent by request id. */
    Assignment assign(WorldId world, SeatRequest request);

    /** Gives back what the request has and nobody has claimed, and its place in the queue. */
    void cancel(WorldId world, String requestId, PlayerId player, int partySize);

    /** Where the seat that {@code player} claimed is now. */
    Location locate(InstanceId instance, Seat seat, PlayerId player);

    /** Everything about a World: O(instances). Empty policy for one the ledger does not know. */
    WorldState read(WorldId world);

    /** All Worlds that {@link #putWorld} named and {@link #forget} did not. */
    Set<WorldId> worlds();

    /**
     * Sets a World's policy.
     *
     * @return the ledger's incarnation for the World: a changed one means that it was wiped, or may
     *     have lost its last writes
     */
    String putWorld(WorldPolicy policy);

    /** Replaces all hosts of a World. Returns as {@link #putWorld}. */
    String syncHosts(WorldId world, List<InstanceHost> hosts);

    String putHost(WorldId world, InstanceHost host);

    String removeHost(InstanceId instance, String podUid);

    /** Assigns nobody to the instance until {@link #uncordon} or {@code life} has passed. */
    String cordon(InstanceId instance, String token, Duration life);

    /** Ends the cordon of this token; another token's stays. */
    String uncordon(InstanceId instance, String token);

    /**
     * The World was deleted but its state is retained: it has no hosts and seats nobody until
     * {@link #putWorld}.
     */
    void retire(WorldId world);

    /** Removes what the ledger has of a World. */
    void forget(WorldId world);

    /**
     * Calls {@code onChange} with a World whose demand changed, from a thread of the ledger: it
     * must not block. Messages may be lost while Redis is away, so poll {@link #read} slowly as
     * well.
     *
     * @return ends the subscription
     */
    Subscription subscribe(Consumer<WorldId> onChange);

    /**
     * Does what seating does: writes on every primary, runs a script, publishes.
     *
     * @throws LedgerUnavailable if any of it is refused now
     */
    void probe();

    /** What there is to be said of a World that the ledger does not know. */
    Absence absence(WorldId world);

    /** What of the servers' settings and state endangers what is in them. */
    List<RedisWarning> inspect();

    /** Of a World, notes that are kept. */
    int MOST_NOTES = 256;

    /** How long they are kept after the last. */
    Duration NOTES_LIFE = Duration.ofHours(1);

    /**
     * Keeps lines of text of a World for {@link #notes}, the newest {@value #MOST_NOTES} of all
     * matchmakers. Nothing rests on them: they may be lost at any time.
     *
     * @param lines the oldest first
     */
    void note(WorldId world, List<String> lines);

    /** What was noted, the newest first. */
    List<String> notes(WorldId world);

    /** The instance in which a player has a seat, or a reservation; empty if there is none. */
    OptionalInt instanceOf(WorldId world, PlayerId player);

    @Override
    void close();

    /** Ended by closing. */
    interface Subscription extends AutoCloseable {
        /** False once it hears nothing any more, for example after a failover: subscribe again. */
        boolean isOpen();

        @Override
        void close();
    }

    enum Absence {
        NO_SUCH_WORLD,
        /** The ledger lost data a moment ago, and is being filled again. */
        NOT_KNOWN_YET
    }

    /**
     * @param requestId 1 to 64 characters of A–Z, a–z, 0–9 and -
     * @param players the whole party, 1 to {@value #MAX_PARTY}, no one twice
     * @param instance the only instance to take, or {@link #ANY}
     * @param avoid instances not to take, at most {@value #MAX_AVOID}
     */
    record SeatRequest(String requestId, List<PlayerId> players, int instance, Set<Integer> avoid) {
        public static final int ANY = -1;
        public static final int MAX_PARTY = 16;
        public static final int MAX_AVOID = 64;

        public SeatRequest {
            players = List.copyOf(players);
            avoid = Set.copyOf(avoid);
            if (requestId.isEmpty() || requestId.length() > 64 || !isPlain(requestId)) {
                throw new IllegalArgumentException(
                        "Request id must be 1 to 64 letters, digits and '-', for example a UUID");
            }
            if (players.isEmpty()
                    || players.size() > MAX_PARTY
                    || Set.copyOf(players).size() != players.size()) {
                throw new IllegalArgumentException(
                        "A party has 1 to %d different players, not %s"
                                .formatted(MAX_PARTY, players));
            }
            if (instance < ANY || instance > InstanceId.MAX_ORDINAL) {
                throw new IllegalArgumentException(
                        "Instance %d must be 0 to %d".formatted(instance, InstanceId.MAX_ORDINAL));
            }
            if (avoid.size() > MAX_AVOID) {
                throw new IllegalArgumentException(
                        "At most %d instances can be avoided, not %d"
                                .formatted(MAX_AVOID, avoid.size()));
            }
        }

        private static boolean isPlain(String id) {
            for (int i = 0; i < id.length(); i++) {
                char c = id.charAt(i);
                if (c != '-'
                        && (c < '0' || c > '9')
                        && (c < 'a' || c > 'z')
                        && (c < 'A' || c > 'Z')) {
                    return false;
                }
            }
            return true;
        }

        /** One player, wherever there is room. */
        public static SeatRequest of(String requestId, PlayerId player) {
            return new SeatRequest(requestId, List.of(player), ANY, Set.of());
        }
    }

    /** What came of a {@link SeatRequest}. */
    sealed interface Assignment {
        /**
         * @param seats one for each player, in the order of the request
         * @param endpoints where the instance is, best first; may be empty on a repeated request
         *     while the instance changes its host
         * @param capacity players per instance of the World
         * @param permissions of the World, as of now
         * @param waited since the request was made first; empty where it was answered earlier
         */
        record Seated(
                InstanceId instance,
                long epoch,
                List<Seat> seats,
                List<String> endpoints,
                int capacity,
                Permissions permissions,
                String chosen,
                List<Rejected> rejected,
                Optional<Waited> waited)
                implements Assignment {}

        /**
         * Ask again with the same request id, within 30 s.
         *
         * @param position in the queue, from 1; 0 when it waits for one instance only
         */
        record Waiting(int position, String reason, List<Rejected> rejected, Waited waited)
                implements Assignment {}

        record Refused(Refusal refusal, String detail) implements Assignment {}

        /** The ledger has no policy of this World: it does not exist, or was wiped a moment ago. */
        record UnknownWorld() implements Assignment {}
    }

    /**
     * How long a request has waited, through whichever matchmakers it was made.
     *
     * @param ms since it was made first; a loss of the ledger begins it anew
     * @param beforeMs what it was when it was made the last time before this one
     */
    record Waited(long ms, long beforeMs) {
        /** The request has waited longer than that, and had not when it was made before. */
        public boolean passes(long limitMs) {
            return ms > limitMs && beforeMs <= limitMs;
        }
    }

    enum Refusal {
        PARTY_TOO_LARGE,
        REQUEST_CONFLICT,
        SEATED_ELSEWHERE,
        QUEUE_FULL,
        /** The named instance is not below the World's maximum and is not known to have run. */
        UNKNOWN_INSTANCE,
        /** The player woke another stopped instance within the last 30 s. */
        WAKES_ANOTHER
    }

    /** An instance that was not taken, and why. */
    record Rejected(int instance, String reason) {}

    sealed interface Location {
        /**
         * @param closed why the instance takes nobody just now; empty if it does
         */
        record Found(long epoch, List<String> endpoints, String closed) implements Location {}

        record Ended() implements Location {}

        record UnknownWorld() implements Location {}
    }
}
