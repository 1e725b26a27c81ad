package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.Protocol.NEVER_NS;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.agrona.collections.IntArrayList;

/**
 * Closing streams (RFC 6525 as RFC 8831 section 6.7 uses it): outgoing resets asked for, one
 * request at a time, and the peer's answered.
 */
final class StreamReset {
    /** Streams in one request; more wait for the next. */
    static final int MOST_STREAMS = 128;

    private static final int[] NONE = new int[0];

    /** What the association does about it. */
    interface Streams {
        /** Whether all messages of an outgoing stream have a TSN. */
        boolean drained(int streamId);

        int lastAssignedTsn();

        int cumulativeTsn();

        /** The peer reset these. */
        void incoming(int streamId);

        /** The peer answered this side's request. */
        void outgoing(int streamId, boolean reusable);
    }

    private final Streams streams;
    private final RetransmissionTimeout timeout;
    private final long mostWaitNs;
    private final IntArrayList waiting = new IntArrayList(4, IntArrayList.DEFAULT_NULL_VALUE);
    private boolean supported;

    // This side's request, if one is out.
    private int[] asked = NONE;
    private int sequence;
    private int askedLastTsn;
    private long timerNs = NEVER_NS;
    private boolean due;
    private int attempts;

    // The peer's requests.
    private int lastPeerSequence;
    private int lastResult = Protocol.RESULT_NOTHING_TO_DO;
    private int[] deferred = NONE;
    private int deferredTsn;
    private int deferredSequence;

    StreamReset(Streams streams, RetransmissionTimeout timeout, SctpSettings settings) {
        this.streams = streams;
        this.mostWaitNs = settings.rtoMax().toNanos();
        this.timeout = timeout;
    }

    void start(Terms terms) {
        supported = terms.reconfig();
        asked = NONE;
        deferred = NONE;
        sequence = terms.localInitialTsn();
        lastPeerSequence = terms.peerInitialTsn() - 1;
        timerNs = NEVER_NS;
        due = false;
    }

    void clear() {
        waiting.clear();
        asked = NONE;
        deferred = NONE;
        timerNs = NEVER_NS;
        due = false;
    }

    /** Resets an outgoing stream once everything queued on it has a TSN. */
    void request(int streamId) {
        if (!waiting.containsInt(streamId)) {
            waiting.addInt(streamId);
        }
    }

    /**
     * The peer uses a stream anew, which it may only after it performed our request: the answer to
     * that was lost or is late. A request is performed as a whole, so all of it is done.
     */
    void confirmed(int streamId) {
        if (timerNs != NEVER_NS && IntStream.of(asked).anyMatch(id -> id == streamId)) {
            sequence++;
            answered(true);
        }
    }

    long nextTimerNs() {
        return timerNs;
    }

    /**
     * The timer of a request, when it is due.
     *
     * @return whether it ran out
     */
    boolean advance(long nowNs) {
        if (nowNs < timerNs) {
            return false;
        }
        timerNs = NEVER_NS;
        due = true;
        return true;
    }

    /** Sends the request that is due, or begins one. */
    void pump(PacketWriter writer, long nowNs) {
        if (asked.length == 0 && !waiting.isEmpty()) {
            begin();
        }
        if (!due) {
            return;
        }
        due = false;
        timerNs = nowNs + Math.min(timeout.rtoNs() << Math.min(attempts++, 10), mostWaitNs);
        int length = 4 + 16 + 2 * asked.length;
        int at = writer.chunk(Protocol.RE_CONFIG, 0, length);
        byte[] out = writer.buffer();
        Wire.put16(out, at + 4, Protocol.OUTGOING_RESET);
        Wire.put16(out, at + 6, length - 4);
        Wire.put32(out, at + 8, sequence);
        Wire.put32(out, at + 12, lastPeerSequence);
        Wire.put32(out, at + 16, askedLastTsn);
        for (int i = 0; i < asked.length; i++) {
            Wire.put16(out, at + 20 + 2 * i, asked[i]);
        }
    }

    private void begin() {
        int[] ready = new int[Math.min(waiting.size(), MOST_STREAMS)];
        int count = 0;
        for (int i = 0; i < waiting.size() && count < ready.length; ) {
            int streamId = waiting.getInt(i);
            if (streams.drained(streamId)) {
                ready[count++] = streamId;
                waiting.removeAt(i);
            } else {
                i++;
            }
        }
        if (count == 0) {
            return;
        }
        asked = Arrays.copyOf(ready, count);
        if (!supported) {
            // The peer cannot be asked; the stream is never used again.
            answered(false);
            return;
        }
        askedLastTsn = streams.lastAssignedTsn();
        attempts = 0;
        due = true;
    }

    /** Takes a RE-CONFIG chunk: at most two parameters count (RFC 6525 section 3.1). */
    void take(byte[] buf, int at, int length, PacketWriter writer) {
        int end = at + length;
        int p = at + 4;
        for (int count = 0; count < 2 && p + 12 <= end; count++) {
            int bytes = Wire.u16(buf, p + 2);
            if (bytes < 12 || p + bytes > end) {
                return;
            }
            switch (Wire.u16(buf, p)) {
                case Protocol.OUTGOING_RESET -> {
                    if (bytes >= 16) {
                        takeRequest(buf, p, bytes, writer);
                    }
                }
                case Protocol.RECONFIG_RESPONSE -> takeResponse(buf, p);
                // Data channels need no other kind (RFC 8831 section 6.7).
                default -> deny(Wire.i32(buf, p + 4), writer);
            }
            p += Wire.padded(bytes);
        }
    }

    /** After data came: does what waited for it (RFC 6525 section 5.2.2). */
    void performDeferred() {
        if (deferred.length == 0 || Wire.after(deferredTsn, streams.cumulativeTsn())) {
            return;
        }
        int[] now = deferred;
        deferred = NONE;
        if (deferredSequence == lastPeerSequence) {
            lastResult = Protocol.RESULT_PERFORMED;
        }
        for (int streamId : now) {
            streams.incoming(streamId);
        }
    }

    private void deny(int requested, PacketWriter writer) {
        if (requested == lastPeerSequence + 1) {
            lastPeerSequence = requested;
            lastResult = Protocol.RESULT_DENIED;
        }
        respond(writer, requested, Protocol.RESULT_DENIED);
    }

    private void takeRequest(byte[] buf, int at, int bytes, PacketWriter writer) {
        int requested = Wire.i32(buf, at + 4);
        if (requested == lastPeerSequence) {
            respond(writer, requested, lastResult);
            return;
        }
        if (requested != lastPeerSequence + 1) {
            respond(writer, requested, Protocol.RESULT_BAD_SEQUENCE);
            return;
        }
        lastPeerSequence = requested;
        int count = (bytes - 16) / 2;
        int lastTsn = Wire.i32(buf, at + 12);
        int[] named = new int[count];
        for (int i = 0; i < count; i++) {
            named[i] = Wire.u16(buf, at + 16 + 2 * i);
        }
        if (count == 0) {
            // Every stream: nothing here asks for that, and it closes no channel in particular.
            lastResult = Protocol.RESULT_DENIED;
        } else if (Wire.after(lastTsn, streams.cumulativeTsn())) {
            deferred = named;
            deferredTsn = lastTsn;
            deferredSequence = requested;
            lastResult = Protocol.RESULT_IN_PROGRESS;
        } else {
            deferred = NONE;
            lastResult = Protocol.RESULT_PERFORMED;
            for (int streamId : named) {
                streams.incoming(streamId);
            }
        }
        respond(writer, requested, lastResult);
    }

    private void takeResponse(byte[] buf, int at) {
        if (asked.length == 0 || Wire.i32(buf, at + 4) != sequence || timerNs == NEVER_NS) {
            return;
        }
        switch (Wire.i32(buf, at + 8)) {
            case Protocol.RESULT_NOTHING_TO_DO, Protocol.RESULT_PERFORMED -> {
                sequence++;
                answered(true);
            }
            // Asked again after a while under a new number: some peers answer an old number from
            // memory.
            case Protocol.RESULT_IN_PROGRESS -> sequence++;
            default -> {
                sequence++;
                answered(false);
            }
        }
    }

    private void answered(boolean reusable) {
        int[] done = asked;
        asked = NONE;
        timerNs = NEVER_NS;
        due = false;
        for (int streamId : done) {
            streams.outgoing(streamId, reusable);
        }
    }

    private static void respond(PacketWriter writer, int sequence, int result) {
        int at = writer.chunk(Protocol.RE_CONFIG, 0, 16);
        byte[] out = writer.buffer();
        Wire.put16(out, at + 4, Protocol.RECONFIG_RESPONSE);
        Wire.put16(out, at + 6, 12);
        Wire.put32(out, at + 8, sequence);
        Wire.put32(out, at + 12, result);
    }
}
