package otherworld.webrtc.stun;

import static otherworld.webrtc.stun.StunFormat.ATTRIBUTE_HEADER_BYTES;
import static otherworld.webrtc.stun.StunFormat.HEADER_BYTES;
import static otherworld.webrtc.stun.StunFormat.int32;
import static otherworld.webrtc.stun.StunFormat.uint16;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a TURN server's answers. Every array gives an answer or none, never an exception.
 * FINGERPRINT is not asked for: only one server's datagrams come here. Stateless; any thread.
 */
public final class TurnReader {
    /** Of realm and nonce, which go back with each request; servers have far shorter ones. */
    static final int MAX_TEXT_BYTES = 256;

    private TurnReader() {}

    /** Empty for what is no answer to a {@link TurnMethod}. The array may be used again. */
    public static Optional<TurnAnswer> read(byte[] datagram, int offset, int length) {
        if (!StunReader.isStun(datagram, offset, length)) {
            return Optional.empty();
        }
        byte[] message = Arrays.copyOfRange(datagram, offset, offset + length);
        int type = uint16(message, 0);
        Optional<TurnMethod> method = TurnMethod.of(type);
        if (method.isEmpty()) {
            return Optional.empty();
        }
        byte[] id = Arrays.copyOfRange(message, HEADER_BYTES - StunFormat.ID_BYTES, HEADER_BYTES);
        Values values = new Values(message);
        if (!values.read()) {
            return Optional.empty();
        }
        return switch (type & StunFormat.CLASS_BITS) {
            case StunFormat.SUCCESS ->
                    values.signature.map(signature ->
                            new TurnAnswer.Granted(
                                    method.get(), id, values.relayed, values.lifetime, signature));
            case StunFormat.ERROR ->
                    values.code == 0
                            ? Optional.empty()
                            : Optional.of(
                                    new TurnAnswer.Refused(
                                            method.get(),
                                            id,
                                            values.code,
                                            values.realm,
                                            values.nonce));
            default -> Optional.empty();
        };
    }

    /** What the attributes say. */
    private static final class Values {
        private final byte[] message;
        Optional<InetSocketAddress> relayed = Optional.empty();
        Optional<Signature> signature = Optional.empty();
        int lifetime;
        int code;
        String realm = "";
        byte[] nonce = {};

        Values(byte[] message) {
            this.message = message;
        }

        /** False if an attribute goes beyond the end. */
        boolean read() {
            int at = HEADER_BYTES;
            while (at < message.length) {
                if (at + ATTRIBUTE_HEADER_BYTES > message.length) {
                    return false;
                }
                int length = uint16(message, at + 2);
                int value = at + ATTRIBUTE_HEADER_BYTES;
                if (value + length > message.length) {
                    return false;
                }
                // Behind MESSAGE-INTEGRITY nobody vouches for anything.
                if (signature.isEmpty()) {
                    take(uint16(message, at), at, value, length);
                }
                at = value + (length + 3 & ~3);
            }
            return true;
        }

        private void take(int type, int at, int value, int length) {
            switch (type) {
                case StunFormat.XOR_RELAYED_ADDRESS ->
                        relayed = StunFormat.address(message, value, length);
                case StunFormat.LIFETIME -> lifetime = length == 4 ? int32(message, value) : 0;
                case StunFormat.ERROR_CODE ->
                        code =
                                length < 4
                                        ? 0
                                        : (message[value + 2] & 7) * 100
                                                + (message[value + 3] & 0xFF);
                case StunFormat.REALM -> {
                    if (length <= MAX_TEXT_BYTES) {
                        realm = new String(message, value, length, StandardCharsets.UTF_8);
                    }
                }
                case StunFormat.NONCE -> {
                    if (length <= MAX_TEXT_BYTES) {
                        nonce = Arrays.copyOfRange(message, value, value + length);
                    }
                }
                case StunFormat.MESSAGE_INTEGRITY -> {
                    if (length == StunFormat.HMAC_BYTES) {
                        signature = Optional.of(new Signature(message, at));
                    }
                }
                default -> {}
            }
        }
    }
}
