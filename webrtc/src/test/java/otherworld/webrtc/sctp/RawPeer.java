package otherworld.webrtc.sctp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A peer driven packet by packet, established with a real association that it talks to. */
final class RawPeer {
    static final int TAG = 777;
    static final int FIRST_TSN = 1_000;

    final SimulatedNetwork network = new SimulatedNetwork(new Random(1));
    final TestPeer other;

    /** The tag that packets to the association bear. */
    int tag;

    /** The association's first TSN. */
    int otherTsn;

    RawPeer(SctpSettings settings, byte... initParameters) {
        other = new TestPeer(settings, network, 1, 5);
        byte[] initAck = give(Packets.init(TAG, FIRST_TSN, initParameters)).getFirst();
        tag = Wire.i32(initAck, 16);
        otherTsn = Wire.i32(initAck, 28);
        give(Packets.cookieEcho(initAck));
    }

    RawPeer() {
        this(SctpSettings.DEFAULT, EXTENSIONS);
    }

    /** FORWARD TSN supported, and RE-CONFIG. */
    static final byte[] EXTENSIONS = {
        (byte) 0xC0, 0, 0, 4, (byte) 0x80, 8, 0, 6, (byte) 130, (byte) 192, 0, 0
    };

    /** Sends these chunks in one packet; what the association sends at once. */
    List<byte[]> send(byte[]... chunks) {
        return give(Packets.packet(tag, chunks));
    }

    /** Hands over a packet as it is; what the association sends at once. */
    List<byte[]> give(byte[] packet) {
        network.record();
        other.receive(packet, 0, packet.length, network.nowNs());
        return List.copyOf(network.sent());
    }

    /** Lets the association send for so long; what it sent. */
    List<byte[]> after(long forNs) {
        network.record();
        network.runFor(forNs);
        return List.copyOf(network.sent());
    }

    /** What the association sends when told to. */
    List<byte[]> flush() {
        network.record();
        other.flush(network.nowNs());
        return List.copyOf(network.sent());
    }

    void queue(int streamId, Delivery delivery, int bytes) {
        other.send(streamId, delivery, new byte[bytes], network.nowNs());
    }

    /** A SACK with these gap blocks: pairs of offsets. */
    byte[] sack(int cumulativeTsn, int windowBytes, int... gaps) {
        byte[] body = new byte[12 + 2 * gaps.length];
        Wire.put32(body, 0, cumulativeTsn);
        Wire.put32(body, 4, windowBytes);
        Wire.put16(body, 8, gaps.length / 2);
        for (int i = 0; i < gaps.length; i++) {
            Wire.put16(body, 12 + 2 * i, gaps[i]);
        }
        return Packets.chunk(Protocol.SACK, 0, body);
    }

    /** TSNs of the DATA chunks in these packets, relative to the association's first. */
    List<Integer> tsns(List<byte[]> packets) {
        return packets.stream()
                .flatMap(packet -> chunks(packet).stream())
                .filter(chunk -> chunk[0] == Protocol.DATA)
                .map(chunk -> Wire.i32(chunk, 4) - otherTsn)
                .toList();
    }

    static List<byte[]> chunks(byte[] packet) {
        List<byte[]> chunks = new ArrayList<>();
        for (int at = 12; at + 4 <= packet.length; ) {
            int length = Wire.u16(packet, at + 2);
            chunks.add(Arrays.copyOfRange(packet, at, at + length));
            at += Wire.padded(length);
        }
        return chunks;
    }

    /** The first chunk of a type in these packets, or an empty array. */
    static byte[] find(List<byte[]> packets, int type) {
        return packets.stream()
                .flatMap(packet -> chunks(packet).stream())
                .filter(chunk -> Wire.u8(chunk, 0) == type)
                .findFirst()
                .orElse(new byte[0]);
    }
}
