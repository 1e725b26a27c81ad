package otherworld.webrtc.stun;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes requests to a TURN server. Not thread-safe; for one message. */
public final class TurnWriter {
    private static final int UDP = 17;

    private final byte[] bytes = new byte[StunReader.MAX_BYTES];
    private final ByteBuffer out = ByteBuffer.wrap(bytes);

    public TurnWriter(TurnMethod method, byte[] transactionId) {
        if (transactionId.length != StunFormat.ID_BYTES) {
            throw new IllegalArgumentException(
                    "a transaction id of %d bytes: it has %d"
                            .formatted(transactionId.length, StunFormat.ID_BYTES));
        }
        out.putShort((short) method.request())
                .putShort((short) 0) // the length comes last
                .putInt(StunFormat.MAGIC_COOKIE)
                .put(transactionId);
    }

    /** That what is allocated is a UDP address. */
    public TurnWriter requestedTransport() {
        return attribute(StunFormat.REQUESTED_TRANSPORT, new byte[] {UDP, 0, 0, 0});
    }

    public TurnWriter lifetime(int seconds) {
        return attribute(StunFormat.LIFETIME, ByteBuffer.allocate(4).putInt(seconds).array());
    }

    /**
     * @param number 0x4000 to 0x4FFF
     */
    public TurnWriter channel(int number, InetSocketAddress peer) {
        attribute(
                StunFormat.CHANNEL_NUMBER, ByteBuffer.allocate(4).putShort((short) number).array());
        byte[] address = peer.getAddress().getAddress();
        int family = address.length == 4 ? StunFormat.FAMILY_IPV4 : StunFormat.FAMILY_IPV6;
        StunFormat.mask(address, bytes, StunFormat.HEADER_BYTES - StunFormat.ID_BYTES);
        return attribute(
                StunFormat.XOR_PEER_ADDRESS,
                ByteBuffer.allocate(4 + address.length)
                        .put((byte) 0)
                        .put((byte) family)
                        .putShort((short) (peer.getPort() ^ StunFormat.MAGIC_COOKIE >>> 16))
                        .put(address)
                        .array());
    }

    /** The message as it is: the first request, to be told realm and nonce. */
    public byte[] unsigned() {
        StunFormat.putLength(bytes, out.position());
        return Arrays.copyOf(bytes, out.position());
    }

    /** The message with long-term credentials (RFC 8489 section 9.2.3). */
    public byte[] signed(String username, String realm, byte[] nonce, StunKey key) {
        attribute(StunFormat.USERNAME, username.getBytes(StandardCharsets.UTF_8));
        attribute(StunFormat.REALM, realm.getBytes(StandardCharsets.UTF_8));
        attribute(StunFormat.NONCE, nonce);
        int end = out.position();
        StunFormat.putLength(bytes, end + StunFormat.INTEGRITY_BYTES);
        attribute(StunFormat.MESSAGE_INTEGRITY, StunFormat.integrity(bytes, end, key));
        return Arrays.copyOf(bytes, out.position());
    }

    private TurnWriter attribute(int type, byte[] value) {
        if (out.remaining() < value.length + 8) {
            throw new IllegalArgumentException(
                    "a message beyond %d bytes".formatted(StunReader.MAX_BYTES));
        }
        out.putShort((short) type).putShort((short) value.length).put(value);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        return this;
    }
}
