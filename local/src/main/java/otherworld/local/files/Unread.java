package otherworld.local.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import otherworld.local.process.StartFailed;

/** What it means that a file could not be read: that its content is lost, or only that. */
public final class Unread {
    private Unread() {}

    /**
     * What is wrong with the content of {@code file}.
     *
     * @param failure of reading it
     * @throws StartFailed if nothing is known of it: it may be whole, and nothing may take its
     *     place
     */
    public static String fault(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "it is missing";
        }
        if (failure instanceof CharacterCodingException) {
            return "it is not text";
        }
        if (Files.isDirectory(file)) {
            return "it is a folder";
        }
        throw new StartFailed(
                "%s cannot be read (%s). It may be whole, so nothing is made in its place: let this account read it, or move it away"
                        .formatted(file, failure),
                failure);
    }
}
