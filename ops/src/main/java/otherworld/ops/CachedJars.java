package otherworld.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * Whether the jars are those that this process's start-up cache was made of. The JVM would have to
 * compare, and JDK 25 does not if a cache comes from a training (seen with 25.0.3): with another
 * jar at the same place it would run the classes of the one before, and say nothing.
 */
final class CachedJars {
    /** Names a file with {@code PATH SIZE SECONDS} of each jar; images with a cache set it. */
    static final String PROPERTY = "otherworld.start.jars";

    private CachedJars() {}

    /** What is wrong, and the way out; empty if nothing is, or there is no cache. */
    static Optional<String> changed() {
        String list = System.getProperty(PROPERTY, "");
        return list.isEmpty() ? Optional.empty() : changed(Path.of(list));
    }

    static Optional<String> changed(Path list) {
        try {
            for (String line : Files.readAllLines(list)) {
                String[] parts = line.split(" ", -1);
                BasicFileAttributes now =
                        Files.readAttributes(Path.of(parts[0]), BasicFileAttributes.class);
                if (now.size() != Long.parseLong(parts[1])
                        || now.lastModifiedTime().toMillis() / 1000 != Long.parseLong(parts[2])) {
                    return Optional.of(say(parts[0] + " is another one"));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(
                    say("The class path cannot be read (%s), or is another one".formatted(e)));
        }
    }

    private static String say(String what) {
        return "%s than when this image's start-up cache was made, which would run the old classes: make the image by ./otherworld images, or leave nothing but the line with -cp in /start/start.args"
                .formatted(what);
    }
}
