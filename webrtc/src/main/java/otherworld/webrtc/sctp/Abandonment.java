package otherworld.webrtc.sctp;

/**
 * Partial reliability (RFC 3758): gives messages up that are past their limits, and tells the peer
 * with FORWARD TSN until it has understood.
 */
final class Abandonment {
    /** Streams named in one FORWARD TSN; more wait for the next. */
    private static final int MOST_SKIPPED = 64;

    private final RetransmissionQueue outstanding;
    private final SendQueue queue;
    private final RetransmissionTimeout timeout;
    private final long leastPatienceNs;
    private final Counters counters;
    private boolean peerForwards = true;
    private int toldTsn;
    private long toldNs;
    private boolean due;

    Abandonment(
            RetransmissionQueue outstanding,
            SendQueue queue,
            RetransmissionTimeout timeout,
            SctpSettings settings,
            Counters counters) {
        this.outstanding = outstanding;
        this.queue = queue;
        this.timeout = timeout;
        this.leastPatienceNs = settings.sackDelay().toNanos();
        this.counters = counters;
    }

    void start(Terms terms) {
        peerForwards = terms.forwardTsn();
        toldTsn = terms.localInitialTsn() - 1;
        due = false;
    }

    void clear() {
        due = false;
    }

    /** Whether the peer understands that something is given up. */
    boolean possible() {
        return peerForwards;
    }

    /**
     * Gives up messages beyond their limits where they would be sent again (RFC 3758 section 3.5).
     */
    void giveUpLost(long nowNs) {
        if (!outstanding.anyLost() || !peerForwards) {
            return;
        }
        for (int tsn = outstanding.lostFrom(); tsn != outstanding.nextTsn(); tsn++) {
            OutChunk chunk = outstanding.at(tsn);
            if (chunk.state != OutChunk.State.LOST) {
                continue;
            }
            OutMessage message = chunk.message();
            boolean often =
                    message.maxRetransmits != Delivery.UNLIMITED
                            && chunk.transmits > message.maxRetransmits;
            if (often || nowNs >= message.expiresNs) {
                giveUp(message);
            }
        }
    }

    /** Gives up a message of which something was sent; the peer is told with what is sent next. */
    void giveUp(OutMessage message) {
        counters.messagesAbandoned++;
        if (queue.isBegun(message)) {
            queue.drop(message);
        }
        outstanding.abandon(message);
    }

    /** After a SACK: tells again what it does not cover, once a round trip. */
    void acknowledged(long nowNs) {
        if (!anythingToTell()) {
            due = false;
            return;
        }
        long patienceNs = Math.max(timeout.smoothedNs(), leastPatienceNs);
        due |= nowNs - toldNs >= patienceNs;
    }

    /** The retransmission timer ran out: what was told may be lost. */
    void tellAgain() {
        due = anythingToTell();
    }

    private boolean anythingToTell() {
        return outstanding.abandonedUpTo() - outstanding.firstTsn() >= 0;
    }

    /** Writes FORWARD TSN when it is due or there is more to tell than before. */
    void pump(PacketWriter writer, long nowNs) {
        int upTo = outstanding.abandonedUpTo();
        boolean news = upTo - outstanding.firstTsn() >= 0 && upTo != toldTsn;
        if (!due && !news) {
            return;
        }
        due = false;
        toldTsn = upTo;
        toldNs = nowNs;
        write(writer, upTo);
    }

    /** Names the last sequence number of each ordered stream that is skipped (section 3.2). */
    private void write(PacketWriter writer, int wanted) {
        int[] streams = new int[MOST_SKIPPED];
        int[] ssns = new int[MOST_SKIPPED];
        int named = 0;
        int upTo = outstanding.firstTsn() - 1;
        while (upTo != wanted) {
            OutMessage message = outstanding.at(upTo + 1).message();
            if (message.ordered) {
                int i = 0;
                while (i < named && streams[i] != message.stream.id) {
                    i++;
                }
                if (i == MOST_SKIPPED) {
                    break;
                }
                streams[i] = message.stream.id;
                ssns[i] = message.ssn;
                named = Math.max(named, i + 1);
            }
            upTo++;
        }
        if (upTo - outstanding.firstTsn() < 0) {
            return;
        }
        int at = writer.chunk(Protocol.FORWARD_TSN, 0, 8 + 4 * named);
        Wire.put32(writer.buffer(), at + 4, upTo);
        for (int i = 0; i < named; i++) {
            Wire.put16(writer.buffer(), at + 8 + 4 * i, streams[i]);
            Wire.put16(writer.buffer(), at + 10 + 4 * i, ssns[i]);
        }
    }
}
