package otherworld.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/** The Lua scripts, each {@code common.lua} followed by a file of its own name. */
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

    private final String text =
            resource("common") + "\n" + resource(name().toLowerCase(Locale.ROOT));
    private final String sha = sha1(text);

    String text() {
        return text;
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
