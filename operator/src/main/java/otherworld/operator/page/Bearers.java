package otherworld.operator.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may see who players are: whoever sends what is in a file, which is read each time. */
final class Bearers {
    private static final Logger log = LoggerFactory.getLogger(Bearers.class);
    private static final String SCHEME = "Bearer ";
    private static final int SHORTEST = 16;

    private final Optional<Path> file;

    Bearers(Optional<Path> file) {
        this.file = file;
    }

    boolean allow(@Nullable String authorization) {
        if (file.isEmpty() || authorization == null || !authorization.startsWith(SCHEME)) {
            return false;
        }
        try {
            String token = Files.readString(file.get()).strip();
            return token.length() >= SHORTEST
                    && MessageDigest.isEqual(
                            token.getBytes(StandardCharsets.UTF_8),
                            authorization
                                    .substring(SCHEME.length())
                                    .getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.warn("The page's token {} cannot be read: {}", file.get(), e.getMessage());
            return false;
        }
    }
}
