package otherworld.local.node;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one container wrote, in two files of bounded size: the current one and its predecessor. Each
 * line is stored as container runtimes do: {@code 2026-11-21T09:00:00.123456789Z stdout F text},
 * with {@code P} in place of {@code F} for a part of a line that goes on.
 *
 * <p>One writer ({@link #pump}), any number of readers. Thread-safe.
 */
final class ContainerLog {
    /** Bytes of one file; a container keeps at most twice this. */
    static final long MAX_FILE_BYTES = 10L * 1024 * 1024;

    /** A longer line is stored in parts. */
    static final int MAX_LINE_BYTES = 16 * 1024;

    /** As in container runtimes: nanoseconds, always nine digits. */
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'")
                    .withZone(ZoneOffset.UTC);

    private static final Logger LOG = LoggerFactory.getLogger(ContainerLog.class);

    private final Path file;
    private final InstantSource clock;
    private final long maxFileBytes;
    private @Nullable FileChannel out;
    private long written;
    private int generation;
    private boolean finished;

    ContainerLog(Path file, InstantSource clock, long maxFileBytes) {
        this.file = file;
        this.clock = clock;
        this.maxFileBytes = maxFileBytes;
    }

    /** A log whose writer is gone. */
    static ContainerLog finished(Path file) {
        ContainerLog log = new ContainerLog(file, InstantSource.system(), MAX_FILE_BYTES);
        log.finished = true;
        return log;
    }

    /** The open files from old to new, and the number that tells whether a newer one exists. */
    record Snapshot(List<FileChannel> files, int generation) {}

    /** Opens what there is to read; {@code since} ≥ 0 leaves out files the reader has read. */
    synchronized Snapshot open(int since) throws IOException {
        List<FileChannel> files = new ArrayList<>();
        for (Path path : since < 0 ? List.of(previous(), file) : List.of(file)) {
            if (Files.exists(path)) {
                files.add(FileChannel.open(path, StandardOpenOption.READ));
            }
        }
        return new Snapshot(files, generation);
    }

    synchronized int generation() {
        return generation;
    }

    /** True once nothing more will be written. */
    synchronized boolean isFinished() {
        return finished;
    }

    /**
     * Stores lines until {@code in} ends. A disk that takes no more loses lines, never the
     * container: its output is read to the end in any case.
     */
    void pump(InputStream in) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean failed = false;
        try (BufferedInputStream buffered = new BufferedInputStream(in)) {
            for (int b = buffered.read(); b >= 0; b = buffered.read()) {
                if (b != '\n') {
                    line.write(b);
                }
                if (b == '\n' || line.size() == MAX_LINE_BYTES) {
                    failed = append(line, b == '\n', failed);
                }
            }
        } catch (IOException e) {
            LOG.debug("Output of {} ended: {}", file, e.getMessage());
        }
        if (line.size() > 0) {
            append(line, true, failed);
        }
        finish();
    }

    /** Adds one line that the node itself has to say. */
    void note(String text) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        append(line, true, false);
    }

    synchronized void finish() {
        finished = true;
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized boolean append(ByteArrayOutputStream line, boolean full, boolean failed) {
        ByteArrayOutputStream record = new ByteArrayOutputStream(line.size() + 64);
        record.writeBytes(
                (TIME.format(clock.instant()) + (full ? " stdout F " : " stdout P "))
                        .getBytes(StandardCharsets.US_ASCII));
        record.writeBytes(line.toByteArray());
        record.write('\n');
        line.reset();
        try {
            if (out == null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                out = openForAppend();
                written = out.size();
            }
            if (written > 0 && written + record.size() > maxFileBytes) {
                out.close();
                Files.move(file, previous(), StandardCopyOption.REPLACE_EXISTING);
                out = openForAppend();
                written = 0;
                generation++;
            }
            var bytes = java.nio.ByteBuffer.wrap(record.toByteArray());
            while (bytes.hasRemaining()) {
                written += out.write(bytes);
            }
            return false;
        } catch (IOException e) {
            if (!failed) {
                LOG.warn("Lines of {} are lost: {}", file, e.toString());
            }
            return true;
        }
    }

    private FileChannel openForAppend() throws IOException {
        return FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND);
    }

    private Path previous() {
        return file.resolveSibling(file.getFileName() + ".1");
    }
}
