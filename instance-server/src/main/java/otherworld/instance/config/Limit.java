package otherworld.instance.config;

import java.util.Locale;
import otherworld.persistence.PatchWriter;
import otherworld.protocol.Messages;
import otherworld.world.WorldLimits;
import otherworld.world.WorldLimits.Bound;

/**
 * A bound whose hits are counted, {@code otherworld_instance_limit_hits_total}: how much, of what,
 * what becomes of one more and what the one concerned is told. docs/metrics.md lists them from
 * here. The numbers stand in {@link Limits}, {@link WorldLimits} and where the bound is kept.
 */
public enum Limit {
    CONNECTIONS(
            Limits.MAX_CONNECTIONS,
            "TCP connections; fewer where the heap is small",
            Full.ENDED,
            "the oldest that asked nothing or has been idle longest; the new one where all are players' or at work",
            ""),
    CONNECTIONS_PER_ADDRESS(
            Limits.CONNECTIONS_PER_ADDRESS,
            "TCP connections of one address, an IPv6 /64; OTHERWORLD_CONNECTIONS_PER_ADDRESS",
            Full.ENDED,
            "the new one",
            ""),
    REQUEST_TIME(
            Limits.REQUEST_MS / 1_000,
            "seconds for a whole request; %d for its answer to be taken, %d idle"
                    .formatted(Limits.ANSWER_MS / 1_000, Limits.KEEP_ALIVE_MS / 1_000),
            Full.ENDED,
            "the connection",
            "request-timeout"),
    ADMISSIONS(
            Limits.MAX_ADMISSIONS,
            "Hellos checked at a time",
            Full.REFUSED,
            "",
            "Goodbye NOT_READY"),
    INBOX(
            Limits.INBOX_MESSAGES,
            "messages waiting for the simulation",
            Full.WAITS,
            "nothing more is read of that client; after %d s its connection ends; what may be lost is"
                    .formatted(Limits.INBOX_PATIENCE_MS / 1_000),
            "Goodbye INTERNAL"),
    MESSAGE_RATE(
            Limits.MESSAGES_PER_SECOND,
            "messages of a client a second, %d at once".formatted(Limits.MESSAGES_BURST),
            Full.ENDED,
            "the connection",
            "Goodbye RATE_LIMITED"),
    OUTBOX(
            Limits.OUTBOX_BYTES,
            "bytes waiting for a client to read, or %d messages".formatted(Limits.OUTBOX_MESSAGES),
            Full.ENDED,
            "the connection",
            "Goodbye TOO_SLOW"),
    FRAME_BYTES(
            Messages.MAX_CLIENT_BYTES,
            "bytes of a client's message",
            Full.ENDED,
            "the connection",
            "Goodbye MALFORMED"),
    IDLE(
            Limits.IDLE_MS / 1_000,
            "seconds without a word of a client",
            Full.ENDED,
            "the connection; the seat is held",
            "Goodbye IDLE"),
    EDIT_RATE(
            Limits.EDITS_PER_SECOND,
            "edits of a player a second, %d at once".formatted(Limits.EDITS_BURST),
            Full.REFUSED,
            "",
            "EditRefused RATE_LIMITED"),
    PROPS(
            WorldLimits.MAX_PROPS,
            "props of an instance",
            Full.REFUSED,
            "",
            "EditRefused TOO_MANY_ENTITIES"),
    PROPS_PER_ZONE(
            WorldLimits.MAX_PROPS_PER_ZONE,
            "props of a zone",
            Full.REFUSED,
            "",
            "EditRefused TOO_MANY_ENTITIES"),
    COLLIDERS(
            WorldLimits.MAX_COLLIDERS_PER_CELL,
            "colliders over a square of %.0f m".formatted(WorldLimits.COLLIDER_CELL_M),
            Full.REFUSED,
            "",
            "EditRefused TOO_MANY_ENTITIES"),
    REACH(
            WorldLimits.REACH_M,
            "metres from a player to what they edit",
            Full.REFUSED,
            "",
            "EditRefused OUT_OF_REACH"),
    BOUNDS(
            WorldLimits.HALF_WORLD_M,
            "metres from the origin, in x and z; y from %.0f to %.0f"
                    .formatted(WorldLimits.LOWEST_M, WorldLimits.HIGHEST_M),
            Full.REFUSED,
            "a move is put right",
            "EditRefused, PositionCorrection OUT_OF_BOUNDS"),
    SPEED(
            WorldLimits.SPEED_M_PER_S,
            "metres a second, %.0f m at once".formatted(WorldLimits.STRIDE_M),
            Full.REFUSED,
            "",
            "PositionCorrection TOO_FAST"),
    JOINTS(
            WorldLimits.MAX_JOINT_M,
            "metres from an avatar's root to a joint, along each axis",
            Full.REFUSED,
            "",
            "PositionCorrection OUT_OF_BOUNDS"),
    BEHIND(
            Limits.BEHIND_MS / 1_000,
            "seconds with more than %d KiB on their way to a client"
                    .formatted(Limits.BEHIND_BYTES >> 10),
            Full.ENDED,
            "the connection; until then it is told less",
            "Goodbye TOO_SLOW"),
    LEDGER_CHANGES(
            Limits.LEDGER_CHANGES,
            "changes of seats waiting to be told to the ledger",
            Full.REPLACED,
            "by one report of all seats",
            ""),
    WRITER_QUEUE(
            PatchWriter.MAX_EDITS,
            "edits waiting for the database, or %d MiB of them"
                    .formatted(PatchWriter.MAX_BYTES >> 20),
            Full.REFUSED,
            "",
            "EditRefused STORAGE_SLOW"),
    PEERS(
            Limits.MAX_PEERS,
            "WebRTC peers, or %d of them not yet connected".formatted(Limits.MAX_HALF_OPEN_PEERS),
            Full.REFUSED,
            "the offer",
            "busy"),
    PEERS_PER_PLAYER(
            Limits.BEGUN_PEERS_PER_PLAYER,
            "WebRTC peers of a player that said nothing yet",
            Full.REFUSED,
            "the offer",
            "too-many-peers-of-player"),
    PEER_WAITING(
            Limits.PEER_WAITING_MESSAGES,
            "messages of a WebRTC client waiting while its Hello is checked or the inbox is full",
            Full.ENDED,
            "the connection",
            "Goodbye INTERNAL");

    /** What becomes of one more. */
    public enum Full {
        /** It is not done; the one who asked is told and may go on. */
        REFUSED,
        /** It is done later: the sender is slowed down. */
        WAITS,
        /** A connection is closed. */
        ENDED,
        /** Something shorter that says the same takes its place. */
        REPLACED
    }

    private final double bound;
    private final String of;
    private final Full full;
    private final String how;
    private final String told;

    Limit(double bound, String of, Full full, String how, String told) {
        this.bound = bound;
        this.of = of;
        this.full = full;
        this.how = how;
        this.told = told;
    }

    /** How much of {@link #of} is allowed. */
    public double bound() {
        return bound;
    }

    /** What is counted or measured, with its unit. */
    public String of() {
        return of;
    }

    public Full full() {
        return full;
    }

    /** What {@link #full} concerns or how it is done; empty where that is plain. */
    public String how() {
        return how;
    }

    /**
     * The code that the client is told; empty: none, since it is not there to listen or need not
     * know.
     */
    public String told() {
        return told;
    }

    /** The value of the metric's label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one that an edit met. */
    public static Limit of(Bound bound) {
        return valueOf(bound.name());
    }
}
