package otherworld.webrtc.sctp;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for a TSN, by stream. Streams share by priority; within a stream it is first
 * come, first served. A message once begun is finished before another begins: its fragments' TSNs
 * must follow each other.
 */
final class SendQueue {
    private final Int2ObjectHashMap<OutStream> streams = new Int2ObjectHashMap<>(8, 0.65f);
    private final List<OutStream> waiting = new ArrayList<>(4);
    private @Nullable OutMessage begun;
    private double progress;

    OutStream stream(int id) {
        OutStream stream = streams.get(id);
        if (stream == null) {
            stream = new OutStream(id);
            streams.put(id, stream);
        }
        return stream;
    }

    @Nullable OutStream known(int id) {
        return streams.get(id);
    }

    /** Forgets a stream that was reset; it begins anew when used again. */
    void remove(int id) {
        streams.remove(id);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(OutMessage message) {
        OutStream stream = message.stream;
        if (stream.head == null) {
            // Having been silent earns no credit over those that were not.
            stream.progress = Math.max(stream.progress, progress);
            waiting.add(stream);
        }
        stream.add(message);
    }

    /** The message to send from next, or null. */
    @Nullable OutMessage head() {
        if (begun != null) {
            return begun;
        }
        OutStream best = null;
        for (int i = 0; i < waiting.size(); i++) {
            OutStream stream = waiting.get(i);
            if (best == null || stream.progress < best.progress) {
                best = stream;
            }
        }
        return best == null ? null : best.head;
    }

    /** Bytes of the head got a TSN. */
    void fragmented(OutMessage head, int bytes) {
        OutStream stream = head.stream;
        progress = stream.progress;
        stream.progress += (double) bytes / stream.priority;
        head.fragmentedBytes += bytes;
        stream.queuedBytes -= bytes;
        if (head.fragmentedWholly()) {
            begun = null;
            remove(head);
        } else {
            begun = head;
        }
    }

    /** The head is given up; nothing more of it is sent. */
    void drop(OutMessage head) {
        begun = null;
        remove(head);
    }

    /** Whether this message still has bytes without a TSN. */
    boolean isBegun(OutMessage message) {
        return begun == message;
    }

    /** Drops the messages of streams that the peer does not take. */
    void removeFrom(int firstId, RetransmissionQueue.Released released) {
        for (int i = waiting.size() - 1; i >= 0; i--) {
            OutStream stream = waiting.get(i);
            while (stream.id >= firstId && stream.head != null) {
                OutMessage message = stream.head;
                drop(message);
                released.released(message);
            }
        }
        streams.values().removeIf(stream -> stream.id >= firstId);
    }

    void clear() {
        streams.clear();
        waiting.clear();
        begun = null;
        progress = 0;
    }

    private void remove(OutMessage head) {
        OutStream stream = head.stream;
        stream.removeHead(head);
        if (stream.head == null) {
            waiting.remove(stream);
        }
    }
}
