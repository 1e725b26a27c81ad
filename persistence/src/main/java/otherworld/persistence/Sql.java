package otherworld.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;

/** The statements in {@code sql/}, one a file. */
enum Sql {
    ACCEPT_GAP,
    ACQUIRE,
    COMMIT_GROUP,
    DELETE_JOURNAL,
    DELETE_WORLD_ENTITIES,
    DELETE_WORLD_FOLDS,
    DELETE_WORLD_GAPS,
    DELETE_WORLD_INSTANCES,
    DELETE_WORLD_JOURNAL,
    DELETE_WORLD_RESULTS,
    EXPIRE_RESULTS,
    FOLD_ENTITY,
    FOLD_RESULT,
    JOURNAL_END,
    LOOK,
    MOVE_FOLD,
    POSITION,
    RAISE_EPOCH,
    RAISE_SEQ,
    READ_ENTITIES,
    READ_GAPS,
    READ_JOURNAL,
    READ_RESULTS,
    REGISTER_CANDIDATE,
    RELEASE,
    REMOVE_ENTITY,
    RENEW,
    SETTLE_GROUP,
    TRIM_RESULTS,
    WITHDRAW_CANDIDATE;

    private final String text;

    Sql() {
        String file = "sql/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".sql";
        try (InputStream in = Sql.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("Resource " + file + " is missing");
            }
            // Without comments: the driver rewrites a batch only if the text starts with INSERT.
            text =
                    new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.startsWith("--"))
                            .collect(Collectors.joining("\n"))
                            .strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text() {
        return text;
    }
}
