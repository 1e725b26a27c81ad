package otherworld.webrtc.sctp;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** Packets made by hand, as a peer with its own ideas would send them. */
public final class Packets {
    private Packets() {}

    /** Puts the right checksum into a packet. */
    public static byte[] seal(byte[] packet) {
        Wire.put32(packet, 8, 0);
        CRC32C crc = new CRC32C();
        crc.update(packet);
        Wire.put32(packet, 8, Integer.reverseBytes((int) crc.getValue()));
        return packet;
    }

    /** A packet with these chunks, each padded. */
    static byte[] packet(int tag, byte[]... chunks) {
        int bytes = Protocol.COMMON_HEADER_BYTES;
        for (byte[] chunk : chunks) {
            bytes += Wire.padded(chunk.length);
        }
        byte[] packet = new byte[bytes];
        Wire.put16(packet, 0, 5000);
        Wire.put16(packet, 2, 5000);
        Wire.put32(packet, 4, tag);
        int at = Protocol.COMMON_HEADER_BYTES;
        for (byte[] chunk : chunks) {
            System.arraycopy(chunk, 0, packet, at, chunk.length);
            at += Wire.padded(chunk.length);
        }
        return seal(packet);
    }

    static byte[] chunk(int type, int flags, byte... body) {
        byte[] chunk = new byte[4 + body.length];
        chunk[0] = (byte) type;
        chunk[1] = (byte) flags;
        Wire.put16(chunk, 2, chunk.length);
        System.arraycopy(body, 0, chunk, 4, body.length);
        return chunk;
    }

    /** An INIT with a window of 100,000 bytes and 10 streams each way, and more parameters. */
    static byte[] init(int initiateTag, int tsn, byte... parameters) {
        return packet(0, initChunk(Protocol.INIT, initiateTag, tsn, parameters));
    }

    static byte[] initChunk(int type, int initiateTag, int tsn, byte... parameters) {
        byte[] body = new byte[16 + parameters.length];
        Wire.put32(body, 0, initiateTag);
        Wire.put32(body, 4, 100_000);
        Wire.put16(body, 8, 10);
        Wire.put16(body, 10, 10);
        Wire.put32(body, 12, tsn);
        System.arraycopy(parameters, 0, body, 16, parameters.length);
        return chunk(type, 0, body);
    }

    /** The COOKIE ECHO that answers an INIT ACK. */
    static byte[] cookieEcho(byte[] initAck) {
        int length = Wire.u16(initAck, 14);
        InitChunk read = InitChunk.read(initAck, 12, length);
        byte[] cookie = read.cookie();
        if (cookie == null) {
            throw new AssertionError("INIT ACK without a cookie");
        }
        return packet(read.tag(), chunk(Protocol.COOKIE_ECHO, 0, cookie));
    }

    static byte[] data(int tsn, int streamId, int ssn, int flags, byte... payload) {
        byte[] body = new byte[12 + payload.length];
        Wire.put32(body, 0, tsn);
        Wire.put16(body, 4, streamId);
        Wire.put16(body, 6, ssn);
        Wire.put32(body, 8, 53);
        System.arraycopy(payload, 0, body, 12, payload.length);
        return chunk(Protocol.DATA, flags, body);
    }

    /** The first chunk of a type in a packet, or an empty array. */
    static byte[] find(byte[] packet, int type) {
        for (int at = 12; at + 4 <= packet.length; ) {
            int length = Wire.u16(packet, at + 2);
            if (Wire.u8(packet, at) == type) {
                return Arrays.copyOfRange(packet, at, at + length);
            }
            at += Wire.padded(length);
        }
        return new byte[0];
    }
}
