package otherworld.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * The Lua scripts, {@code op/<name>.lua}. Each names in its first line the libraries of {@code lib}
 * it uses, which stand before it in what Redis is sent.
 */
enum Script {
    ASSIGN,
    CANCEL,
    CORDON,
    FORGET,
    HEARTBEAT,
    HOST,
    LOCATE,
    READ,
    STORAGE,
    TAKEN,
    TRANSITION,
    WORLD;

    private static final String USES = "-- uses: ";

    private static final String QUICK = "quick";

    private final String text = assemble(_ -> true);
    private final String sha = sha1(text);

    String text() {
        return text;
    }

    /** The text without its quick way. It does the same, which a test compares. */
    String thorough() {
        return assemble(library -> !library.startsWith(QUICK));
    }

    /** What of the text is run first: it answers nothing if it gives up, having done nothing. */
    String quick() {
        String end = resource("lib/" + QUICK + "-" + name().toLowerCase(Locale.ROOT));
        return text.substring(0, text.indexOf(end) + end.length());
    }

    /**
     * Whether it begins a World that the ledger does not know. Not those that a player's words
     * reach: any name would leave a key.
     */
    boolean founds() {
        return switch (this) {
            case HEARTBEAT, TRANSITION, WORLD -> true;
            case ASSIGN, CANCEL, CORDON, FORGET, HOST, LOCATE, READ, STORAGE, TAKEN -> false;
        };
    }

    /** What Redis calls it once it has seen the text. */
    String sha() {
        return sha;
    }

    private String assemble(Predicate<String> libraries) {
        String script = resource("op/" + name().toLowerCase(Locale.ROOT));
        String first = script.substring(0, script.indexOf('\n'));
        if (!first.startsWith(USES)) {
            throw new IllegalStateException("A script begins with '%s'".formatted(USES));
        }
        StringBuilder text = new StringBuilder();
        for (String library : first.substring(USES.length()).split(" ", -1)) {
            if (libraries.test(library)) {
                text.append(resource("lib/" + library));
            }
        }
        return text.append(script).toString();
    }

    private static String resource(String name) {
        try (InputStream file = Script.class.getResourceAsStream(name + ".lua")) {
            if (file == null) {
                throw new IllegalStateException(name + ".lua is missing from the jar");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-1 is part of every JDK", e);
        }
    }
}
