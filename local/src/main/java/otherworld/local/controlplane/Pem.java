package otherworld.local.controlplane;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** RFC 7468 text encoding. */
final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    static String encode(String label, byte[] der) {
        String body =
                Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der);
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(label, body, label)
                .replace("\r\n", "\n");
    }
}
