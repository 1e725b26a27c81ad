package otherworld.webrtc.sctp;

/** What an association counted; written by its owner thread alone. */
final class Counters {
    long packetsIn;
    long packetsOut;
    long bytesIn;
    long bytesOut;
    long packetsRefused;
    long messagesIn;
    long messagesOut;
    long messagesAbandoned;
    long chunksRetransmitted;
    long timeouts;
    long fastRetransmits;
    long duplicates;
    long chunksDropped;
    long repliesSuppressed;

    SctpStatistics snapshot() {
        return new SctpStatistics(
                packetsIn,
                packetsOut,
                bytesIn,
                bytesOut,
                packetsRefused,
                messagesIn,
                messagesOut,
                messagesAbandoned,
                chunksRetransmitted,
                timeouts,
                fastRetransmits,
                duplicates,
                chunksDropped,
                repliesSuppressed);
    }
}
