package otherworld.instance.config;

/**
 * Every bound an instance holds itself to, but for the World's own, which are in {@code
 * otherworld.world.WorldLimits}. What happens at each is said here; those whose hits are counted
 * are a {@link Limit} each.
 */
public final class Limits {
    /**
     * TCP connections, HTTP included; fewer where the heap is small: {@link #connections}. One more
     * ends the oldest that asked nothing, or the one that has been idle longest; where all are
     * players' WebSockets or at work, it is closed at once. Of one address there may be as many as
     * {@code OTHERWORLD_CONNECTIONS_PER_ADDRESS} says.
     */
    public static final int MAX_CONNECTIONS = 8_192;

    public static final int CONNECTIONS_PER_ADDRESS = 512;

    /** What one connection may take of the heap: a head and a body that are never finished. */
    public static final int CONNECTION_HEAP_BYTES = 32 << 10;

    /** Threads that serve the TCP port's sockets; one where the machine has few processors. */
    public static final int MAX_SOCKET_THREADS = 2;

    /** A request line, and a request's head in all. Beyond: URI_TOO_LONG, HEADERS_TOO_LARGE. */
    public static final int MAX_REQUEST_LINE_BYTES = 2 << 10;

    public static final int MAX_HEAD_BYTES = 8 << 10;

    /** A request's body, such as an offer or late candidates. Beyond: TOO_LARGE. */
    public static final int MAX_BODY_BYTES = 16 << 10;

    /**
     * A whole request must have come so long after its first byte, or after the connection if it is
     * the first: REQUEST_TIMEOUT. A connection that says nothing is closed.
     */
    public static final int REQUEST_MS = 5_000;

    /** A client that does not take its answer, or asks nothing more, is closed after so long. */
    public static final int ANSWER_MS = 10_000;

    public static final int KEEP_ALIVE_MS = 15_000;

    /** From the last words of this side until the socket is closed even if the client's is not. */
    public static final int LINGER_MS = 1_000;

    /**
     * Genuine players whose seats are checked at a time. One more is told to try again: NOT_READY.
     */
    public static final int MAX_ADMISSIONS = 256;

    /**
     * Messages of all clients waiting for the simulation. When full, readers wait, so that TCP
     * slows the senders down, at most {@link #INBOX_PATIENCE_MS}; then the connection ends.
     */
    public static final int INBOX_MESSAGES = 16_384;

    public static final int INBOX_PATIENCE_MS = 2_000;

    /** Requests of admission, reporting and closing waiting for the simulation; callers wait. */
    public static final int CONTROL_MESSAGES = 4_096;

    /** A connection's messages per second in the long run, and at once. Beyond: RATE_LIMITED. */
    public static final int MESSAGES_PER_SECOND = 120;

    public static final int MESSAGES_BURST = 360;

    /** Messages and bytes waiting for a client that does not read. Beyond: TOO_SLOW. */
    public static final int OUTBOX_MESSAGES = 512;

    public static final int OUTBOX_BYTES = 4 << 20;

    /**
     * Bytes on their way to a client beyond which it is behind: nothing of what is around it is
     * sent until it has caught up, and then what is so at that time.
     */
    public static final int BEHIND_BYTES = 32 << 10;

    /** A client that is behind for so long does not read. Beyond: TOO_SLOW. */
    public static final int BEHIND_MS = 10_000;

    /**
     * Bytes that a WebSocket's sockets take in one go; more wait in the outbox until the client has
     * read.
     */
    public static final int WRITE_BYTES = 64 << 10;

    /** An SCTP message of a WebRTC client. Beyond: it is not read. */
    public static final int MAX_FRAME_BYTES = 64 * 1024;

    /** WebRTC peers, connected or not, and those not yet connected. Beyond: BUSY. */
    public static final int MAX_PEERS = 4_608;

    public static final int MAX_HALF_OPEN_PEERS = 512;

    /**
     * DTLS handshakes at a time, and from one address. Beyond: they wait for their turn. Few, since
     * they cost processor time and clients wait two seconds: when many crowd in, the first are done
     * in time, instead of all a little too late.
     */
    public static final int MAX_HANDSHAKES = 32;

    public static final int MAX_HANDSHAKES_PER_ADDRESS = 16;

    /** WebRTC peers of a player that said nothing yet. Beyond: TOO_MANY_PEERS_OF_PLAYER. */
    public static final int BEGUN_PEERS_PER_PLAYER = 3;

    /** Offers in the long run, and at once. Beyond: TOO_MANY_OFFERS. */
    public static final int OFFERS_PER_SECOND = 200;

    public static final int OFFERS_BURST = 400;

    /** The same from one address: players behind one router share it. */
    public static final int OFFERS_PER_SECOND_PER_ADDRESS = 50;

    public static final int OFFERS_BURST_PER_ADDRESS = 150;

    /** Addresses whose offers are counted; those not heard of for longest are forgotten. */
    public static final int OFFER_ADDRESSES = 8_192;

    /**
     * Messages of a WebRTC client that wait while its Hello is checked or the inbox is full.
     * Beyond: the connection ends.
     */
    public static final int PEER_WAITING_MESSAGES = 64;

    /** Nothing heard from a client for so long: IDLE. */
    public static final int IDLE_MS = 30_000;

    /** From Goodbye until the socket is closed even if the client does not answer. */
    public static final int CLOSE_PATIENCE_MS = 2_000;

    /** A player's edits per second in the long run, and at once. Beyond: RATE_LIMITED. */
    public static final int EDITS_PER_SECOND = 20;

    public static final int EDITS_BURST = 60;

    /** Newest edits of a player whose answers are kept for resends. */
    public static final int ANSWERS_PER_PLAYER = 256;

    /**
     * How far above the highest number that was applied an edit's may be: far more than a client
     * can have refused in a row, and so little that none can count to the end of its numbers.
     */
    public static final long SEQUENCE_AHEAD = 1 << 20;

    /** Players whose answers and places are kept; of those away, the longest away are forgotten. */
    public static final int MAX_REMEMBERED_PLAYERS = 8_192;

    /** Edits that wait so long for the database are told: to players, to metrics, to the World. */
    public static final int STORAGE_STALLED_MS = 2_000;

    /** Zone enters and leaves kept for {@code /debug/zone-log}; the oldest are overwritten. */
    public static final int ZONE_LOG_ENTRIES = 65_536;

    /** Changes of seats waiting to be told to the ledger. Beyond: a full report instead. */
    public static final int LEDGER_CHANGES = 4_096;

    /** Poses are written to Redis so often while somebody moves, and while nobody does. */
    public static final int POSES_MS = 500;

    public static final int POSES_REFRESH_MS = 60_000;

    /** Poses live so long in Redis when no host writes them. */
    public static final int POSES_LIFE_S = 600;

    /**
     * Nobody inside or on their way for so long: the lease is left to be long, which costs the
     * database little, until somebody comes.
     */
    public static final int LEASE_IDLE_AFTER_MS = 30_000;

    /** Longest wait of somebody who comes for the lease to be short. Beyond: FROZEN. */
    public static final int LEASE_PATIENCE_MS = 1_500;

    /** Longest time inputs are handled in one go before the tick gets its turn. */
    public static final int TURN_MS = 8;

    /** Longest time a turn waits for its inputs to be read from their sockets. */
    public static final int GATHER_MS = 2;

    private Limits() {}

    /**
     * How many TCP connections a heap of so many bytes is good for, at most half of it for them.
     */
    public static int connections(long heapBytes) {
        return Math.clamp(heapBytes / 2 / CONNECTION_HEAP_BYTES, 64, MAX_CONNECTIONS);
    }
}
