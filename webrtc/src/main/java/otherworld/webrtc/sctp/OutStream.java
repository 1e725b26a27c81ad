package otherworld.webrtc.sctp;

import org.jspecify.annotations.Nullable;

/** One outgoing stream: its messages without a TSN, and its share of the association. */
final class OutStream {
    /** The share of a stream that asked for none (RFC 8831 section 6.4, "normal"). */
    static final int NORMAL_PRIORITY = 256;

    final int id;
    int nextSsn;

    /** 1 to 65,535; a stream of twice the priority gets twice the bytes. */
    int priority = NORMAL_PRIORITY;

    /** No new messages: it is being reset. */
    boolean closing;

    /** Bytes sent over priority: the stream that is least far goes next. */
    double progress;

    int queuedBytes;
    @Nullable OutMessage head;
    private @Nullable OutMessage tail;

    OutStream(int id) {
        this.id = id;
    }

    void add(OutMessage message) {
        if (tail == null) {
            head = message;
        } else {
            tail.next = message;
        }
        tail = message;
        queuedBytes += message.data.length;
    }

    /**
     * Takes the first message off; its bytes were counted off as they were fragmented or are now.
     */
    void removeHead(OutMessage first) {
        queuedBytes -= first.data.length - first.fragmentedBytes;
        head = first.next;
        first.next = null;
        if (head == null) {
            tail = null;
        }
    }
}
