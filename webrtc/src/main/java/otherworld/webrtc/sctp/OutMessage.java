package otherworld.webrtc.sctp;

import org.jspecify.annotations.Nullable;

/** A message from when it is queued until its last fragment is acknowledged or given up. */
final class OutMessage {
    final OutStream stream;
    final int ppid;
    final boolean ordered;

    /** {@link Delivery#UNLIMITED} for no limit. */
    final int maxRetransmits;

    /** {@link Protocol#NEVER_NS} for never. */
    final long expiresNs;

    final byte[] data;

    /** Bytes that have a TSN. */
    int fragmentedBytes;

    /** Given with the first fragment of an ordered message. */
    int ssn;

    int firstTsn;

    /** Chunks with a TSN that are not cumulatively acknowledged. */
    int chunks;

    boolean abandoned;
    @Nullable OutMessage next;

    OutMessage(
            OutStream stream,
            int ppid,
            boolean ordered,
            int maxRetransmits,
            long expiresNs,
            byte[] data) {
        this.stream = stream;
        this.ppid = ppid;
        this.ordered = ordered;
        this.maxRetransmits = maxRetransmits;
        this.expiresNs = expiresNs;
        this.data = data;
    }

    boolean begun() {
        return fragmentedBytes > 0;
    }

    boolean fragmentedWholly() {
        return fragmentedBytes == data.length;
    }

    /** What it counts against the send buffer. */
    int charge() {
        return data.length + SctpSettings.MESSAGE_OVERHEAD_BYTES;
    }
}
