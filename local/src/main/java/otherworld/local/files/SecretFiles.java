package otherworld.local.files;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Random secrets as text, and what can be one. */
public final class SecretFiles {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SECRET_BYTES = 24;

    /** What needs no quoting in a URL, a configuration file, SQL or a header. */
    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._~-]{16,512}");

    private SecretFiles() {}

    /** 192 random bits as lower-case hexadecimal digits. */
    public static String random() {
        byte[] bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** What keeps {@code text} from being a secret; empty if nothing does. */
    public static String fault(String text) {
        return USABLE.matcher(text.strip()).matches()
                ? ""
                : "it is not one word of 16 to 512 letters, digits, '.', '_', '~' or '-'";
    }
}
