package otherworld.webrtc.stun;

import static otherworld.webrtc.stun.StunFormat.HEADER_BYTES;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes checks and answers, each with MESSAGE-INTEGRITY and FINGERPRINT. Stateless; any thread.
 */
public final class StunWriter {
    private static final int MAX_BODY_BYTES = StunReader.MAX_BYTES;

    private StunWriter() {}

    /** A message that is being written. */
    private record Draft(byte[] bytes, ByteBuffer out) {
        Draft() {
            this(new byte[MAX_BODY_BYTES]);
        }

        private Draft(byte[] bytes) {
            this(bytes, ByteBuffer.wrap(bytes));
        }
    }

    /** A success response that tells the sender its address (RFC 8489 section 6.3.1.1). */
    public static byte[] success(byte[] transactionId, InetSocketAddress sender, StunKey key) {
        Draft message = begun(StunFormat.BINDING_SUCCESS, transactionId);
        byte[] address = sender.getAddress().getAddress();
        StunFormat.mask(address, message.bytes(), HEADER_BYTES - StunFormat.ID_BYTES);
        header(message, StunFormat.XOR_MAPPED_ADDRESS, 4 + address.length);
        message.out()
                .put((byte) 0)
                .put((byte) (address.length == 4 ? StunFormat.FAMILY_IPV4 : StunFormat.FAMILY_IPV6))
                .putShort((short) (sender.getPort() ^ StunFormat.MAGIC_COOKIE >>> 16))
                .put(address);
        return sealed(message, key);
    }

    /**
     * Error 487: sent to one who claims to be controlled, as the lite side is (RFC 8445 7.3.1.1).
     */
    public static byte[] roleConflict(byte[] transactionId, StunKey key) {
        // One character: a longer phrase says nothing more and could outgrow the request.
        return sealed(error(transactionId, 487, "R"), key);
    }

    /** Error 420 with the attribute that was not understood (RFC 8489 section 6.3.1). */
    public static byte[] unknownAttribute(byte[] transactionId, int type, StunKey key) {
        Draft message = error(transactionId, 420, "U");
        header(message, StunFormat.UNKNOWN_ATTRIBUTES, 2);
        message.out().putShort((short) type);
        pad(message);
        return sealed(message, key);
    }

    /**
     * A check by the controlling side (RFC 8445 section 7.1).
     *
     * @param username the receiver's ufrag, a colon, the sender's ufrag
     * @param priority of the peer-reflexive candidate that may be found, 1 to 2^31 − 1
     */
    public static byte[] check(
            byte[] transactionId,
            String username,
            long priority,
            long tieBreaker,
            boolean useCandidate,
            StunKey key) {
        if (priority < 1 || priority > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "priority %d: must be 1 to %d".formatted(priority, Integer.MAX_VALUE));
        }
        byte[] name = username.getBytes(StandardCharsets.UTF_8);
        if (name.length > StunReader.MAX_USERNAME_BYTES) {
            throw new IllegalArgumentException(
                    "a username of %d bytes: at most %d"
                            .formatted(name.length, StunReader.MAX_USERNAME_BYTES));
        }
        Draft message = begun(StunFormat.BINDING_REQUEST, transactionId);
        header(message, StunFormat.PRIORITY, Integer.BYTES);
        message.out().putInt((int) priority);
        header(message, StunFormat.ICE_CONTROLLING, Long.BYTES);
        message.out().putLong(tieBreaker);
        if (useCandidate) {
            header(message, StunFormat.USE_CANDIDATE, 0);
        }
        header(message, StunFormat.USERNAME, name.length);
        message.out().put(name);
        pad(message);
        return sealed(message, key);
    }

    /** With the error and its reason (RFC 8489 section 14.8). */
    private static Draft error(byte[] transactionId, int code, String reason) {
        Draft message = begun(StunFormat.BINDING_ERROR, transactionId);
        byte[] phrase = reason.getBytes(StandardCharsets.UTF_8);
        header(message, StunFormat.ERROR_CODE, 4 + phrase.length);
        message.out()
                .putShort((short) 0)
                .put((byte) (code / 100))
                .put((byte) (code % 100))
                .put(phrase);
        pad(message);
        return message;
    }

    private static Draft begun(int type, byte[] transactionId) {
        if (transactionId.length != StunFormat.ID_BYTES) {
            throw new IllegalArgumentException(
                    "a transaction id of %d bytes: it has %d"
                            .formatted(transactionId.length, StunFormat.ID_BYTES));
        }
        Draft message = new Draft();
        message.out()
                .putShort((short) type)
                .putShort((short) 0) // the length comes last
                .putInt(StunFormat.MAGIC_COOKIE)
                .put(transactionId);
        return message;
    }

    private static void header(Draft message, int type, int length) {
        message.out().putShort((short) type).putShort((short) length);
    }

    private static void pad(Draft message) {
        while (message.out().position() % 4 != 0) {
            message.out().put((byte) 0);
        }
    }

    private static byte[] sealed(Draft message, StunKey key) {
        byte[] bytes = message.bytes();
        int signed = message.out().position();
        StunFormat.putLength(bytes, signed + StunFormat.INTEGRITY_BYTES);
        byte[] hmac = StunFormat.integrity(bytes, signed, key);
        header(message, StunFormat.MESSAGE_INTEGRITY, hmac.length);
        message.out().put(hmac);
        int summed = message.out().position();
        StunFormat.putLength(bytes, summed + StunFormat.FINGERPRINT_BYTES);
        header(message, StunFormat.FINGERPRINT, Integer.BYTES);
        message.out().putInt(StunFormat.fingerprint(bytes, summed));
        return Arrays.copyOf(bytes, message.out().position());
    }
}
