package otherworld.gateway;

import java.time.Duration;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;

/** What the gateway allows, stated once; docs/endpoints.md has the same numbers. */
public final class Limits {
    /** A request line, and a request's head in all, with what proxies add to it. */
    public static final int MAX_REQUEST_LINE_BYTES = 2 << 10;

    public static final int MAX_HEAD_BYTES = 16 << 10;

    /** A request's body: an instance takes no longer one. */
    public static final int MAX_BODY_BYTES = 16 << 10;

    /** Whole requests, answers taken, idle connections: as instances have it. */
    public static final Duration REQUEST = Duration.ofSeconds(5);

    public static final Duration ANSWER = Duration.ofSeconds(10);
    public static final Duration KEEP_ALIVE = Duration.ofSeconds(15);

    /** From the upgrade until Hello: HELLO_TIMEOUT. */
    public static final Duration HELLO = Duration.ofMillis(Protocol.HELLO_TIMEOUT_MS);

    /** What a client may send before the instance has its Hello. Beyond: MALFORMED. */
    public static final int EARLY_BYTES = 2 * Messages.MAX_CLIENT_BYTES + 12 * 1024;

    /** Players, and requests, whose pod is looked for at a time. One more: NOT_READY, BUSY. */
    public static final int CHECKS = 256;

    /** To connect to a pod, and for its answer to the handshake. */
    public static final Duration CONNECT = Duration.ofSeconds(2);

    public static final Duration HANDSHAKE = Duration.ofSeconds(3);

    /** An instance's answer to the handshake. Beyond: it is none of ours. */
    public static final int HANDSHAKE_BYTES = 4 << 10;

    /** For an instance to answer a request that is forwarded. */
    public static final Duration FORWARD = Duration.ofSeconds(5);

    /** An answer that is forwarded; the zone log, which is for tests, may be longer. */
    public static final int ANSWER_BYTES = 128 << 10;

    public static final int ZONE_LOG_BYTES = 32 << 20;

    /**
     * Bytes on their way to a client, and to an instance, beyond which the other side is not read
     * until half of them are gone.
     */
    public static final int TO_CLIENT_BYTES = 32 << 10;

    public static final int TO_INSTANCE_BYTES = 16 << 10;

    /** The same and one read more, for both directions: what a connection may take in buffers. */
    public static final int CONNECTION_BYTES = TO_CLIENT_BYTES + TO_INSTANCE_BYTES + (16 << 10);

    /** A client that takes nothing for so long is let go. */
    public static final Duration STALLED = Duration.ofSeconds(15);

    /** For what was said last to be taken, once either side has ended. */
    public static final Duration LINGER = Duration.ofSeconds(2);

    /** Connections of one address (an IPv6 /64) that are begun in the long run, and at once. */
    public static final int BEGINS_PER_SECOND = 50;

    public static final int BEGINS_BURST = 400;

    /** The same for other requests. */
    public static final int REQUESTS_PER_SECOND = 50;

    public static final int REQUESTS_BURST = 200;

    /** Addresses that are kept in mind for that, up to twice as many. */
    public static final int ADDRESSES = 8_192;

    /** Players of one address, if there is no setting. */
    public static final int PER_ADDRESS = 512;

    /** How long the ledger's word on where an instance is holds. */
    public static final Duration LOCATION = Duration.ofSeconds(1);

    /** The same while the ledger does not answer. */
    public static final Duration LOCATION_WITHOUT_LEDGER = Duration.ofMinutes(10);

    /** Instances that are kept in mind, up to twice as many. */
    public static final int LOCATIONS = 16_384;

    /** Looking up instances for strangers without a ticket: so many a second in all. */
    public static final int STRANGE_LOOKUPS_PER_SECOND = 1_000;

    private Limits() {}
}
