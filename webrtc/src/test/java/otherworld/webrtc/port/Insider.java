package otherworld.webrtc.port;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.DatagramChannel;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import otherworld.webrtc.dtls.DtlsContext;
import otherworld.webrtc.dtls.DtlsHandshake;
import otherworld.webrtc.dtls.DtlsIdentity;
import otherworld.webrtc.dtls.DtlsRecords;

/** A peer whose checks and DTLS are as they should be, and who sends any SCTP at all. */
final class Insider implements AutoCloseable {
    private static final int SCTP_PORT = 5_000;

    private final DatagramChannel channel;
    private final PeerId id;
    private final DtlsRecords records;
    private final long[] out;
    private long in;

    private Insider(DatagramChannel channel, PeerId id, DtlsRecords records, long[] out) {
        this.channel = channel;
        this.id = id;
        this.records = records;
        this.out = out;
    }

    static Insider connect(Net net) throws Exception {
        var random = new SecureRandom();
        var identity = DtlsIdentity.create(random, Instant.now());
        var offerer = new Net.Client();
        offerer.peer = net.clients.peer(List.of(), offerer);
        String offer =
                offerer.peer
                        .offer()
                        .replaceAll(
                                "a=fingerprint:[^\r\n]*",
                                "a=fingerprint:" + identity.fingerprint());
        var accepted = (Acceptance.Accepted) net.port.accept(offer);
        var answer = Stranger.read(accepted.answer());
        DatagramChannel channel = DatagramChannel.open();
        channel.bind(Net.IPV4);
        channel.connect(net.address());
        channel.write(
                ByteBuffer.wrap(Stranger.check(answer.credentials(), accepted.ufrag(), true)));
        channel.read(ByteBuffer.allocate(2_048)); // that it was valid
        long[] out = new long[1];
        var done = new CompletableFuture<DtlsHandshake.Outcome>();
        DtlsHandshake handshake =
                DtlsHandshake.start(
                        new DtlsContext(identity, random, 5_000),
                        DtlsHandshake.Role.CLIENT,
                        answer.fingerprint(),
                        (datagram, offset, length) -> {
                            try {
                                channel.write(ByteBuffer.wrap(datagram, offset, length));
                                out[0] += length;
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        },
                        done::complete);
        channel.configureBlocking(false);
        var buffer = ByteBuffer.allocate(2_048);
        while (!done.isDone()) {
            buffer.clear();
            if (channel.read(buffer) > 0) {
                handshake.receive(buffer.array(), 0, buffer.position());
            } else {
                TimeUnit.MILLISECONDS.sleep(1);
            }
        }
        return new Insider(
                channel,
                accepted.peer(),
                ((DtlsHandshake.Outcome.Done) done.join()).records(),
                out);
    }

    void send(byte[] sctp) throws IOException {
        records.send(sctp, 0, sctp.length);
        drain();
    }

    /** Counts what has come. */
    void drain() throws IOException {
        var buffer = ByteBuffer.allocate(2_048);
        for (int bytes = channel.read(buffer); bytes > 0; bytes = channel.read(buffer)) {
            in += bytes;
            buffer.clear();
        }
    }

    boolean isOver(Net net) {
        return net.server.closed.containsKey(id);
    }

    long bytesOut() {
        return out[0];
    }

    long bytesIn() {
        return in;
    }

    static byte[] init(int tag) {
        return chunk(
                1,
                ByteBuffer.allocate(16)
                        .putInt(Math.max(1, tag))
                        .putInt(1 << 20)
                        .putShort((short) 65_535)
                        .putShort((short) 65_535)
                        .putInt(1)
                        .array());
    }

    static byte[] chunk(int type, byte[] value) {
        int length = 4 + value.length;
        return ByteBuffer.allocate((length + 3) & ~3)
                .put((byte) type)
                .put((byte) 0)
                .putShort((short) length)
                .put(value)
                .array();
    }

    /** With its checksum (RFC 9260 section 6.8). */
    static byte[] packet(int tag, byte[] chunks) {
        ByteBuffer packet =
                ByteBuffer.allocate(12 + chunks.length)
                        .putShort((short) SCTP_PORT)
                        .putShort((short) SCTP_PORT)
                        .putInt(tag)
                        .putInt(0)
                        .put(chunks);
        var checksum = new CRC32C();
        checksum.update(packet.array(), 0, packet.capacity());
        packet.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) checksum.getValue());
        return Arrays.copyOf(packet.array(), packet.capacity());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
