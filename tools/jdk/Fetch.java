import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/**
 * For a machine that has an older JDK and nothing else to fetch with: {@code java Fetch.java URL
 * FILE} fetches to the end of the file, from where that ends; {@code --sha256 FILE} prints its
 * checksum. Written for JDK 11, and run from its source.
 */
final class Fetch {
    private static final int TIMEOUT_MS = 60_000;

    private Fetch() {}

    public static void main(String[] arguments) {
        try {
            if (arguments[0].equals("--sha256")) {
                System.out.println(sha256(Path.of(arguments[1])));
            } else {
                fetch(URI.create(arguments[0]), Path.of(arguments[1]));
            }
        } catch (Exception e) { // whatever it is, one line for the caller to show
            System.err.println(e);
            System.exit(1);
        }
    }

    private static void fetch(URI from, Path to) throws IOException {
        long have = Files.exists(to) ? Files.size(to) : 0;
        URLConnection connection = from.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        if (have > 0) {
            connection.setRequestProperty("Range", "bytes=" + have + "-");
        }
        try (InputStream in = connection.getInputStream();
                OutputStream out =
                        Files.newOutputStream(
                                to,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                partial(connection)
                                        ? StandardOpenOption.APPEND
                                        : StandardOpenOption.TRUNCATE_EXISTING)) {
            in.transferTo(out);
        }
    }

    /** A server that knows no ranges sends all of it. */
    private static boolean partial(URLConnection connection) throws IOException {
        return connection instanceof HttpURLConnection
                && ((HttpURLConnection) connection).getResponseCode()
                        == HttpURLConnection.HTTP_PARTIAL;
    }

    private static String sha256(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        StringBuilder text = new StringBuilder();
        for (byte b : digest.digest()) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }
}
