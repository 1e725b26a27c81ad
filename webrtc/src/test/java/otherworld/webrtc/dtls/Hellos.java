package otherworld.webrtc.dtls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Changes to the bodies of ClientHello and ServerHello (RFC 6347 section 4.2, RFC 5246 7.4.1). */
final class Hellos {
    static final int RENEGOTIATION_INFO = 0xff01;
    static final int SIGNATURE_ALGORITHMS = 13;
    static final int SUPPORTED_GROUPS = 10;
    static final int EC_POINT_FORMATS = 11;
    static final int SUPPORTED_VERSIONS = 43;

    private static final int SCSV = 0x00ff;
    private static final int SESSION_ID_AT = 34;

    private Hellos() {}

    /** A ClientHello without TLS_EMPTY_RENEGOTIATION_INFO_SCSV. */
    static byte[] withoutScsv(byte[] hello) {
        int at = suitesAt(hello);
        int length = uint16(hello, at);
        var suites = new ByteArrayOutputStream();
        for (int i = at + 2; i < at + 2 + length; i += 2) {
            if (uint16(hello, i) != SCSV) {
                suites.write(hello, i, 2);
            }
        }
        return spliced(hello, at, at + 2 + length, sized(suites.toByteArray()));
    }

    static byte[] clientWithout(byte[] hello, int extension) {
        int suites = suitesAt(hello);
        int compression = suites + 2 + uint16(hello, suites);
        return without(hello, compression + 1 + (hello[compression] & 0xff), extension);
    }

    static byte[] serverWithout(byte[] hello, int extension) {
        return without(hello, SESSION_ID_AT + 1 + (hello[SESSION_ID_AT] & 0xff) + 3, extension);
    }

    private static byte[] without(byte[] hello, int at, int extension) {
        var kept = new ByteArrayOutputStream();
        for (int i = at + 2; i < hello.length; i += 4 + uint16(hello, i + 2)) {
            if (uint16(hello, i) != extension) {
                kept.write(hello, i, 4 + uint16(hello, i + 2));
            }
        }
        return spliced(hello, at, hello.length, sized(kept.toByteArray()));
    }

    private static int suitesAt(byte[] hello) {
        int cookieAt = SESSION_ID_AT + 1 + (hello[SESSION_ID_AT] & 0xff);
        return cookieAt + 1 + (hello[cookieAt] & 0xff);
    }

    private static byte[] spliced(byte[] whole, int from, int to, byte[] with) {
        byte[] changed = Arrays.copyOf(whole, from + with.length + whole.length - to);
        System.arraycopy(with, 0, changed, from, with.length);
        System.arraycopy(whole, to, changed, from + with.length, whole.length - to);
        return changed;
    }

    private static byte[] sized(byte[] list) {
        byte[] sized = new byte[2 + list.length];
        sized[0] = (byte) (list.length >> 8);
        sized[1] = (byte) list.length;
        System.arraycopy(list, 0, sized, 2, list.length);
        return sized;
    }

    private static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }
}
