package otherworld.local.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Objects;

/**
 * Files that are there whole or not at all, whatever ends the writer, a power cut included: written
 * beside, forced to the disk, and renamed.
 */
public final class AtomicFiles {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private AtomicFiles() {}

    /**
     * Readable by its owner alone. Nothing is written if the file holds {@code content} already.
     */
    public static Path write(Path file, String content) {
        try {
            if (holds(file, content)) {
                return file;
            }
            Path work =
                    Files.createTempFile(
                            folderOf(file),
                            ".new-",
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            try {
                force(work, content.getBytes(StandardCharsets.UTF_8));
                Files.move(
                        work,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(work);
            }
            forceFolder(folderOf(file));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file, e);
        }
    }

    /** Makes the names in {@code folder} outlive a power cut, as their files do. */
    public static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Renames a file or folder within its parent, so that something new can have its name.
     *
     * @param why a word of the new name
     * @return where it is now
     */
    public static Path putAside(Path path, String why) {
        String base =
                "%s.%s-%s"
                        .formatted(
                                path.getFileName(),
                                why,
                                LocalDateTime.now(ZoneOffset.UTC).format(STAMP));
        try {
            Path aside = path.resolveSibling(base);
            for (int i = 2; Files.exists(aside); i++) {
                aside = path.resolveSibling(base + "-" + i);
            }
            Files.move(path, aside, StandardCopyOption.ATOMIC_MOVE);
            forceFolder(folderOf(path));
            return aside;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not put %s aside".formatted(path), e);
        }
    }

    private static boolean holds(Path file, String content) throws IOException {
        return Files.isRegularFile(file)
                && Arrays.equals(
                        Files.readAllBytes(file), content.getBytes(StandardCharsets.UTF_8));
    }

    private static Path folderOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "the root has no name");
    }

    private static void force(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }
}
