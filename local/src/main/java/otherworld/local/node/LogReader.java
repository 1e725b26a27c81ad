package otherworld.local.node;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes one answer to {@code kubectl logs}. Used by one thread, once; blocks while it follows. If
 * the log rotates twice between two reads of a follower, the file in between is missed.
 */
final class LogReader {
    /** How long a follower waits for more before it looks again. */
    private static final long POLL_MS = 100;

    private static final int TIME_LENGTH = "2026-11-21T09:00:00.123456789Z".length();
    private static final int HEADER_LENGTH = TIME_LENGTH + " stdout F ".length();
    private static final int TAG_AT = HEADER_LENGTH - 2;

    private final ContainerLog log;
    private final LogQuery query;
    private final OutputStream out;
    private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final Deque<byte[]> tail = new ArrayDeque<>();
    private boolean tailing;
    private long bytesLeft;

    private LogReader(ContainerLog log, LogQuery query, OutputStream out) {
        this.log = log;
        this.query = query;
        this.out = out;
        this.tailing = query.tailLines().isPresent();
        this.bytesLeft = query.limitBytes().orElse(Long.MAX_VALUE);
    }

    /**
     * Copies what {@code query} asks for; with follow, returns when the container's output has
     * ended.
     *
     * @throws IOException if {@code out} is closed by the reader's side
     */
    static void copy(ContainerLog log, LogQuery query, OutputStream out)
            throws IOException, InterruptedException {
        new LogReader(log, query, out).run();
    }

    private void run() throws IOException, InterruptedException {
        ContainerLog.Snapshot files = log.open(-1);
        int last = files.files().size() - 1;
        for (int i = 0; i < last; i++) {
            try (FileChannel file = files.files().get(i)) {
                drain(file);
            }
        }
        FileChannel current = last < 0 ? null : files.files().get(last);
        int generation = files.generation();
        try {
            while (bytesLeft > 0) {
                // Read before the drain, so that what came before the change is not missed.
                boolean finished = log.isFinished();
                int newest = log.generation();
                if (current != null) {
                    drain(current);
                }
                endTail();
                out.flush();
                if (newest != generation || current == null) {
                    ContainerLog.Snapshot next = log.open(generation);
                    if (current != null) {
                        current.close();
                    }
                    generation = next.generation();
                    current = next.files().isEmpty() ? null : next.files().getFirst();
                    if (current != null) {
                        continue;
                    }
                }
                if (finished || !query.follow()) {
                    return;
                }
                Thread.sleep(POLL_MS);
            }
        } finally {
            if (current != null) {
                current.close();
            }
        }
    }

    private void drain(FileChannel file) throws IOException {
        while (bytesLeft > 0 && file.read(buffer) > 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                partial.write(b);
                if (b == '\n') {
                    line(partial.toByteArray());
                    partial.reset();
                }
            }
            buffer.clear();
        }
    }

    private void line(byte[] record) throws IOException {
        if (record.length <= HEADER_LENGTH || tooOld(record)) {
            return;
        }
        if (!tailing) {
            write(record);
            return;
        }
        tail.addLast(record);
        if (tail.size() > query.tailLines().orElse(0)) {
            tail.removeFirst();
        }
    }

    /** The lines that were there at the start are known: from here on everything is written. */
    private void endTail() throws IOException {
        tailing = false;
        while (!tail.isEmpty()) {
            write(tail.removeFirst());
        }
    }

    private boolean tooOld(byte[] record) {
        return query.since() != null
                && Instant.parse(new String(record, 0, TIME_LENGTH, StandardCharsets.US_ASCII))
                        .isBefore(query.since());
    }

    private void write(byte[] record) throws IOException {
        if (query.timestamps()) {
            write(record, 0, TIME_LENGTH);
            write(new byte[] {' '}, 0, 1);
        }
        boolean goesOn = record[TAG_AT] == 'P';
        write(record, HEADER_LENGTH, record.length - HEADER_LENGTH - (goesOn ? 1 : 0));
    }

    private void write(byte[] bytes, int from, int length) throws IOException {
        int allowed = (int) Math.min(length, bytesLeft);
        out.write(bytes, from, allowed);
        bytesLeft -= allowed;
    }
}
