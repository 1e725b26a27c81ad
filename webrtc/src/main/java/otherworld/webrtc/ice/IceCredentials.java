package otherworld.webrtc.ice;

import java.security.SecureRandom;
import otherworld.webrtc.stun.StunKey;

/**
 * User name fragment and password of one side of one session (RFC 8839 section 5.4).
 *
 * @param ufrag 4 to 256 ice-chars
 * @param password 22 to 256 ice-chars; secret, so never printed
 */
public record IceCredentials(String ufrag, String password) {
    private static final String ICE_CHARS =
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/";
    private static final int UFRAG_CHARS = 8;
    private static final int PASSWORD_CHARS = 24;

    public IceCredentials {
        if (!isUfrag(ufrag) || !isPassword(password)) {
            throw new IllegalArgumentException(
                    "a ufrag of %d and a password of %d characters; they have 4 to 256 and 22 to 256"
                            .formatted(ufrag.length(), password.length()));
        }
    }

    /** New ones: 48 bits of ufrag, so that it names a session, and 144 bits of password. */
    public static IceCredentials random(SecureRandom random) {
        return new IceCredentials(text(random, UFRAG_CHARS), text(random, PASSWORD_CHARS));
    }

    public static boolean isUfrag(String text) {
        return text.length() >= 4 && text.length() <= 256 && isIceChars(text);
    }

    public static boolean isPassword(String text) {
        return text.length() >= 22 && text.length() <= 256 && isIceChars(text);
    }

    private static boolean isIceChars(String text) {
        // '-', '_' and '=' are no ice-chars, yet some stacks send them, and they harm nothing.
        return text.chars()
                .allMatch(c -> ICE_CHARS.indexOf(c) >= 0 || c == '-' || c == '_' || c == '=');
    }

    private static String text(SecureRandom random, int chars) {
        var text = new StringBuilder(chars);
        for (int i = 0; i < chars; i++) {
            text.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return text.toString();
    }

    public StunKey key() {
        return new StunKey(password);
    }

    @Override
    public String toString() {
        return "IceCredentials[" + ufrag + ", ***]";
    }
}
