package otherworld.webrtc.stun;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.ice4j.StunException;
import org.ice4j.Transport;
import org.ice4j.TransportAddress;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.AttributeFactory;
import org.ice4j.attribute.FingerprintAttribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.message.Message;
import org.ice4j.message.MessageFactory;
import org.ice4j.message.Request;

/**
 * Writes checks and answers with ice4j's encoder. MESSAGE-INTEGRITY and FINGERPRINT are appended
 * here: ice4j's own way asks its STUN stack for the key, which would bring that stack's threads and
 * sockets along. Stateless; any thread.
 */
public final class StunWriter {
    static final int INTEGRITY_BYTES = 24;
    static final int FINGERPRINT_BYTES = 8;
    private static final int HEADER_BYTES = 20;

    // Held, or their settings would be forgotten with them. At INFO they tell of ice4j's own
    // settings, the first whatever its level.
    private static final Logger JITSI_CONFIG = Logger.getLogger("JitsiConfig");
    private static final Logger JITSI = Logger.getLogger("org.jitsi");

    static {
        JITSI_CONFIG.setUseParentHandlers(false);
        JITSI.setLevel(Level.WARNING);
    }

    private StunWriter() {}

    /**
     * Has ice4j read its configuration, which takes half a second the first time a message is made.
     */
    public static void warmUp() {
        success(
                new byte[12],
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                new StunKey("warm-up"));
    }

    /** A success response that tells the sender its address (RFC 8489 section 6.3.1.1). */
    public static byte[] success(byte[] transactionId, InetSocketAddress sender, StunKey key) {
        Request request = MessageFactory.createBindingRequest();
        setId(request, transactionId);
        var address = new TransportAddress(sender.getAddress(), sender.getPort(), Transport.UDP);
        Message response = MessageFactory.createBindingResponse(request, address);
        return seal(response, transactionId, key);
    }

    /**
     * Error 487: sent to one who claims to be controlled, as the lite side is (RFC 8445 7.3.1.1).
     */
    public static byte[] roleConflict(byte[] transactionId, StunKey key) {
        // One character: a longer phrase says nothing more and could outgrow the request.
        return seal(MessageFactory.createBindingErrorResponse((char) 487, "R"), transactionId, key);
    }

    /** Error 420 with the attribute that was not understood (RFC 8489 section 6.3.1). */
    public static byte[] unknownAttribute(byte[] transactionId, int type, StunKey key) {
        return seal(
                MessageFactory.createBindingErrorResponse(
                        (char) 420, "U", new char[] {(char) type}),
                transactionId,
                key);
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
        try {
            Request request = MessageFactory.createBindingRequest(priority, true, tieBreaker);
            if (useCandidate) {
                request.putAttribute(AttributeFactory.createUseCandidateAttribute());
            }
            request.putAttribute(
                    AttributeFactory.createUsernameAttribute(
                            username.getBytes(StandardCharsets.UTF_8)));
            return seal(request, transactionId, key);
        } catch (StunException e) {
            throw new IllegalArgumentException("check with priority " + priority, e);
        }
    }

    private static byte[] seal(Message message, byte[] transactionId, StunKey key) {
        setId(message, transactionId);
        byte[] plain = message.encode(null);
        byte[] sealed = Arrays.copyOf(plain, plain.length + INTEGRITY_BYTES + FINGERPRINT_BYTES);
        putLength(sealed, plain.length + INTEGRITY_BYTES);
        byte[] hmac =
                MessageIntegrityAttribute.calculateHmacSha1(sealed, 0, plain.length, key.bytes());
        put(sealed, plain.length, Attribute.MESSAGE_INTEGRITY, hmac);
        putLength(sealed, sealed.length);
        int end = sealed.length - FINGERPRINT_BYTES;
        put(
                sealed,
                end,
                Attribute.FINGERPRINT,
                FingerprintAttribute.calculateXorCRC32(sealed, 0, end));
        return sealed;
    }

    private static void setId(Message message, byte[] transactionId) {
        try {
            message.setTransactionID(transactionId);
        } catch (StunException e) {
            throw new IllegalArgumentException(
                    "a transaction id of " + transactionId.length + " bytes; it has 12", e);
        }
    }

    private static void put(byte[] message, int at, char type, byte[] value) {
        message[at] = (byte) (type >> 8);
        message[at + 1] = (byte) type;
        message[at + 2] = 0;
        message[at + 3] = (byte) value.length;
        System.arraycopy(value, 0, message, at + 4, value.length);
    }

    /** Writes the length field of a message that ends at {@code end}. */
    static void putLength(byte[] message, int end) {
        int length = end - HEADER_BYTES;
        message[2] = (byte) (length >> 8);
        message[3] = (byte) length;
    }
}
