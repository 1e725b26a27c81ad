package otherworld.webrtc.sctp;

/**
 * What happened to an association since it began; all counts only grow.
 *
 * @param packetsIn packets taken
 * @param packetsOut packets sent
 * @param bytesIn bytes of SCTP packets taken
 * @param bytesOut bytes of SCTP packets sent
 * @param packetsRefused packets too short, damaged, for another port or with another tag
 * @param messagesIn messages delivered
 * @param messagesOut messages queued for sending
 * @param messagesAbandoned messages given up by their limit of retransmissions or lifetime
 * @param chunksRetransmitted DATA chunks sent again
 * @param timeouts how often the retransmission timer ran out
 * @param fastRetransmits how often loss was found by gaps
 * @param duplicates DATA chunks received more than once
 * @param chunksDropped DATA chunks dropped because a bound was reached
 * @param repliesSuppressed answers not given because a peer asked for too many
 */
public record SctpStatistics(
        long packetsIn,
        long packetsOut,
        long bytesIn,
        long bytesOut,
        long packetsRefused,
        long messagesIn,
        long messagesOut,
        long messagesAbandoned,
        long chunksRetransmitted,
        long timeouts,
        long fastRetransmits,
        long duplicates,
        long chunksDropped,
        long repliesSuppressed) {}
