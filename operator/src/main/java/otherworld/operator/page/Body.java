package otherworld.operator.page;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import otherworld.ops.Gzip;

/** What is sent, made ready once for all who ask for it. */
record Body(String contentType, byte[] plain, byte[] zipped, String etag) {
    private static final int ETAG_BYTES = 12;

    static Body json(byte[] bytes) {
        return of("application/json", bytes);
    }

    static Body of(String contentType, byte[] bytes) {
        return new Body(contentType, bytes, Gzip.pack(bytes), etag(bytes));
    }

    private static String etag(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return "\"" + HexFormat.of().formatHex(hash, 0, ETAG_BYTES) + "\"";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
