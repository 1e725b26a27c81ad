package otherworld.webrtc.port;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import otherworld.webrtc.ice.IceCredentials;
import otherworld.webrtc.sdp.SdpReader;
import otherworld.webrtc.sdp.SdpReading;
import otherworld.webrtc.sdp.SessionDescription;
import otherworld.webrtc.stun.StunKey;
import otherworld.webrtc.stun.StunWriter;

/** A bare socket that sends what it likes to a port and counts bytes both ways. */
final class Stranger implements AutoCloseable {
    private final DatagramChannel channel;
    private final InetSocketAddress to;
    long bytesOut;
    long bytesIn;
    long datagramsIn;

    Stranger(InetSocketAddress to) throws IOException {
        this(to, new InetSocketAddress(to.getAddress(), 0));
    }

    Stranger(InetSocketAddress to, InetSocketAddress from) throws IOException {
        this.to = to;
        channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 1 << 20);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
        channel.bind(from);
        channel.configureBlocking(false);
    }

    void send(byte[] datagram) throws IOException {
        if (channel.send(ByteBuffer.wrap(datagram), to) > 0) {
            bytesOut += datagram.length;
        }
        drain();
    }

    /** Counts what has come. */
    void drain() throws IOException {
        var buffer = ByteBuffer.allocate(4_096);
        while (channel.receive(buffer) != null) {
            bytesIn += buffer.position();
            datagramsIn++;
            buffer.clear();
        }
    }

    /** A check as the holder of these credentials would send it. */
    static byte[] check(IceCredentials server, String ownUfrag, boolean nominate) {
        return check(server.ufrag() + ":" + ownUfrag, server.key(), nominate);
    }

    static byte[] check(String username, StunKey key, boolean nominate) {
        return StunWriter.check(new byte[12], username, 1_845_501_695L, 7, nominate, key);
    }

    /**
     * The first fragment of a ClientHello of 4,000 bytes (RFC 6347 section 4.2.2): a handshake that
     * begins with it waits for the rest.
     */
    static byte[] dtls(int bytes) {
        var record = ByteBuffer.allocate(bytes);
        record.put((byte) 22).putShort((short) 0xFEFD).putLong(0).position(11);
        record.putShort((short) (bytes - 13));
        record.put((byte) 1).put((byte) 0).putShort((short) 4_000).putShort((short) 0);
        record.put(new byte[3]).put((byte) 0).putShort((short) (bytes - 25));
        return record.array();
    }

    static SessionDescription read(String sdp) {
        return ((SdpReading.Read) SdpReader.read(sdp)).description();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
