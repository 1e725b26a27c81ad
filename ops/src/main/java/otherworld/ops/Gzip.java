package otherworld.ops;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Answers' content coding {@code gzip} (RFC 9110, 8.4.1.3). Any thread. */
public final class Gzip {
    private Gzip() {}

    /**
     * Whether who asks takes it: {@code Accept-Encoding} names {@code gzip}, or {@code *} and not
     * {@code gzip}, with a weight above 0 (RFC 9110, 12.5.3). No such header counts as no.
     */
    public static boolean isAccepted(Headers request) {
        boolean any = false;
        for (String header : request.getOrDefault("Accept-Encoding", List.of())) {
            for (String member : header.split(",", -1)) {
                String[] parts = member.split(";", -1);
                String coding = parts[0].strip();
                boolean wanted = parts.length == 1 || weight(parts[1]) > 0;
                if (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip")) {
                    return wanted;
                }
                any |= wanted && coding.equals("*");
            }
        }
        return any;
    }

    private static double weight(String parameter) {
        String text = parameter.strip();
        if (!text.regionMatches(true, 0, "q=", 0, 2)) {
            return 1;
        }
        try {
            return Double.parseDouble(text.substring(2));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** What costs the least time, for what is sent once: text of metrics to a fifth. */
    public static OutputStream quick(OutputStream to) throws IOException {
        return new GZIPOutputStream(to) {
            {
                def.setLevel(Deflater.BEST_SPEED);
            }
        };
    }

    /** {@code bytes}, packed as small as it gets in reasonable time, for what is sent often. */
    public static byte[] pack(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(bytes.length / 4 + 64);
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
