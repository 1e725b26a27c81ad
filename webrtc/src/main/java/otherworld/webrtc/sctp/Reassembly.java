package otherworld.webrtc.sctp;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of fragments and puts ordered ones in order (RFC 9260 sections 6.6 and 6.9). It
 * holds what is not complete or not due; whoever calls it bounds that by {@link #heldBytes}.
 */
final class Reassembly {
    /** Takes whole messages. */
    interface Sink {
        void message(int streamId, int ppid, byte[] buf, int off, int len);
    }

    /** A peer put together what does not belong together, or a message beyond the limit. */
    static final class Violation extends Exception {
        private static final long serialVersionUID = 1;

        Violation(String what) {
            super(what, null, false, false);
        }
    }

    /** One ordered stream: the next sequence number, and whole messages after it. */
    private static final class InStream {
        private int nextSsn;
        private @Nullable Int2ObjectHashMap<Fragment> later;
    }

    /** A map grown by a burst is not kept for an idle peer. */
    private static final int IDLE_CAPACITY = 64;

    private final int maxMessageBytes;
    private final Sink sink;
    private @Nullable Int2ObjectHashMap<Fragment> fragments;
    private @Nullable Int2ObjectHashMap<InStream> streams;
    private long heldBytes;

    Reassembly(int maxMessageBytes, Sink sink) {
        this.maxMessageBytes = maxMessageBytes;
        this.sink = sink;
    }

    /** Drops everything; a message just being handed over is the last one. */
    void clear() {
        fragments = null;
        if (streams != null) {
            streams.values().forEach(stream -> stream.later = null);
        }
        streams = null;
        heldBytes = 0;
    }

    /** Bytes of everything held, overhead included. */
    long heldBytes() {
        return heldBytes;
    }

    /** Takes the body of a DATA chunk not seen before; the buffer may be used again afterwards. */
    void take(int tsn, int streamId, int ssn, int ppid, int flags, byte[] buf, int off, int len)
            throws Violation {
        if (len > maxMessageBytes) {
            throw new Violation("message longer than " + maxMessageBytes + " bytes");
        }
        int whole = Protocol.FLAG_BEGIN | Protocol.FLAG_END;
        boolean complete = (flags & whole) == whole;
        if (complete && (flags & Protocol.FLAG_UNORDERED) != 0) {
            sink.message(streamId, ppid, buf, off, len);
            return;
        }
        if (complete && stream(streamId).nextSsn == ssn) {
            InStream stream = stream(streamId);
            stream.nextSsn = ssn + 1 & 0xffff;
            sink.message(streamId, ppid, buf, off, len);
            deliverDue(stream);
            return;
        }
        byte[] copy = new byte[len];
        System.arraycopy(buf, off, copy, 0, len);
        Fragment fragment = new Fragment(tsn, streamId, ssn, ppid, flags, copy);
        if (complete) {
            hold(stream(streamId), fragment);
        } else {
            collect(fragment);
        }
    }

    /** Drops incomplete messages up to a TSN that will not be completed. */
    void forget(int fromTsn, int toTsn) {
        if (fragments == null || fragments.isEmpty()) {
            return;
        }
        // None is held further ahead than that.
        int last = toTsn - fromTsn < TsnTracker.WINDOW ? toTsn : fromTsn + TsnTracker.WINDOW;
        for (int tsn = fromTsn; tsn - last <= 0; tsn++) {
            drop(tsn);
        }
        // Fragments of an abandoned message may lie below the cumulative TSN too, when those before
        // its loss arrived.
        for (int tsn = fromTsn - 1; drop(tsn); ) {
            tsn--;
        }
    }

    /**
     * No ordered message up to this one is to be waited for; those held that became due are
     * delivered.
     */
    void skip(int streamId, int ssn) {
        InStream stream = stream(streamId);
        if ((short) (ssn - stream.nextSsn) < 0) {
            return;
        }
        int from = stream.nextSsn;
        stream.nextSsn = ssn + 1 & 0xffff;
        if (stream.later == null || stream.later.isEmpty()) {
            return;
        }
        List<Fragment> due = new ArrayList<>();
        for (Fragment held : stream.later.values()) {
            if ((short) (ssn - held.ssn()) >= 0) {
                due.add(held);
            }
        }
        due.sort(Comparator.comparingInt(f -> f.ssn() - from & 0xffff));
        for (Fragment held : due) {
            if (stream.later == null) {
                return; // the handler ended the association
            }
            stream.later.remove(held.ssn());
            deliver(held);
        }
        deliverDue(stream);
    }

    /**
     * The peer closed a stream: it begins at sequence number 0 if it is used again (RFC 6525
     * section 5.2.2).
     */
    void reset(int streamId) {
        if (streams == null) {
            return;
        }
        InStream stream = streams.remove(streamId);
        if (stream != null && stream.later != null) {
            stream.later.values().forEach(f -> heldBytes -= f.charge());
        }
    }

    private void collect(Fragment fragment) throws Violation {
        if (fragments == null) {
            fragments = new Int2ObjectHashMap<>();
        }
        fragments.put(fragment.tsn(), fragment);
        heldBytes += fragment.charge();
        checkNeighbours(fragment);
        // In order the last fragment completes a message; anything else can only when its successor
        // is there.
        if (!fragment.ends() && !fragments.containsKey(fragment.tsn() + 1)) {
            return;
        }
        List<Fragment> parts = whole(fragment);
        if (parts.isEmpty()) {
            return;
        }
        Fragment message = join(parts);
        if (message.unordered()) {
            deliverWhole(message);
            return;
        }
        InStream stream = stream(message.streamId());
        if (stream.nextSsn == message.ssn()) {
            stream.nextSsn = message.ssn() + 1 & 0xffff;
            deliverWhole(message);
            deliverDue(stream);
        } else {
            hold(stream, message);
        }
    }

    private void checkNeighbours(Fragment fragment) throws Violation {
        Fragment before = fragments == null ? null : fragments.get(fragment.tsn() - 1);
        Fragment behind = fragments == null ? null : fragments.get(fragment.tsn() + 1);
        check(before, fragment);
        check(fragment, behind);
    }

    private static void check(@Nullable Fragment one, @Nullable Fragment next) throws Violation {
        if (one == null || next == null) {
            return;
        }
        boolean legal = one.ends() ? next.begins() : !next.begins() && one.sameMessage(next);
        // An abandoned message may end anywhere; the next one begins then (RFC 3758 section 3.5).
        if (!legal && !next.begins()) {
            throw new Violation("fragments of different messages follow each other");
        }
    }

    /**
     * All fragments of the message that this one belongs to, in order, or none while some are
     * missing.
     */
    private List<Fragment> whole(Fragment member) throws Violation {
        Fragment first = member;
        while (!first.begins()) {
            Fragment before = at(first.tsn() - 1);
            if (before == null || before.ends()) {
                return List.of();
            }
            first = before;
        }
        List<Fragment> parts = new ArrayList<>();
        long bytes = 0;
        Fragment part = first;
        while (true) {
            parts.add(part);
            bytes += part.data().length;
            if (bytes > maxMessageBytes) {
                throw new Violation("message longer than " + maxMessageBytes + " bytes");
            }
            if (part.ends()) {
                return parts;
            }
            Fragment next = at(part.tsn() + 1);
            if (next == null || next.begins()) {
                return List.of();
            }
            part = next;
        }
    }

    private Fragment join(List<Fragment> parts) {
        int bytes = 0;
        for (Fragment part : parts) {
            bytes += part.data().length;
        }
        byte[] data = new byte[bytes];
        int at = 0;
        for (Fragment part : parts) {
            System.arraycopy(part.data(), 0, data, at, part.data().length);
            at += part.data().length;
            drop(part.tsn());
        }
        Fragment first = parts.getFirst();
        int flags = first.flags() | Protocol.FLAG_END;
        return new Fragment(first.tsn(), first.streamId(), first.ssn(), first.ppid(), flags, data);
    }

    private void hold(InStream stream, Fragment message) throws Violation {
        if ((short) (message.ssn() - stream.nextSsn) < 0) {
            throw new Violation("stream sequence number used twice");
        }
        if (stream.later == null) {
            stream.later = new Int2ObjectHashMap<>();
        }
        if (stream.later.put(message.ssn(), message) != null) {
            throw new Violation("stream sequence number used twice");
        }
        heldBytes += message.charge();
    }

    private void deliverDue(InStream stream) {
        while (stream.later != null && !stream.later.isEmpty()) {
            Fragment due = stream.later.remove(stream.nextSsn);
            if (due == null) {
                return;
            }
            if (stream.later.isEmpty() && stream.later.capacity() > IDLE_CAPACITY) {
                stream.later = null;
            }
            stream.nextSsn = stream.nextSsn + 1 & 0xffff;
            deliver(due);
        }
    }

    private void deliver(Fragment held) {
        heldBytes -= held.charge();
        deliverWhole(held);
    }

    private void deliverWhole(Fragment message) {
        sink.message(message.streamId(), message.ppid(), message.data(), 0, message.data().length);
    }

    private @Nullable Fragment at(int tsn) {
        return fragments == null ? null : fragments.get(tsn);
    }

    private boolean drop(int tsn) {
        Fragment gone = fragments == null ? null : fragments.remove(tsn);
        if (gone == null) {
            return false;
        }
        heldBytes -= gone.charge();
        if (fragments != null && fragments.isEmpty() && fragments.capacity() > IDLE_CAPACITY) {
            fragments = null;
        }
        return true;
    }

    private InStream stream(int streamId) {
        if (streams == null) {
            streams = new Int2ObjectHashMap<>();
        }
        InStream stream = streams.get(streamId);
        if (stream == null) {
            stream = new InStream();
            streams.put(streamId, stream);
        }
        return stream;
    }
}
