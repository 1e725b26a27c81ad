package otherworld.webrtc.sctp;

import java.util.zip.CRC32C;

/** Bundles chunks into packets (RFC 9260 section 6.10), each sent when full or flushed. */
final class PacketWriter {
    private static final byte[] ZERO_CHECKSUM = new byte[4];

    private final SctpSettings settings;
    private final Counters counters;
    private final PacketOut out;
    private final CRC32C crc = new CRC32C();
    private final byte[] buffer;
    private int position;
    private int tag;

    PacketWriter(SctpSettings settings, PacketOut out, Counters counters) {
        this.settings = settings;
        this.out = out;
        this.counters = counters;
        this.buffer = new byte[settings.packetBytes()];
    }

    /** The verification tag of the packets that follow: the peer's. */
    void tag(int peerTag) {
        flush();
        tag = peerTag;
    }

    /** Where chunks are written; offsets come from {@link #chunk}. */
    byte[] buffer() {
        return buffer;
    }

    /** Whether a chunk of this length, header included, fits into the packet begun. */
    boolean fits(int length) {
        int used = position == 0 ? Protocol.COMMON_HEADER_BYTES : position;
        return used + Wire.padded(length) <= buffer.length;
    }

    /** Whether a packet is begun and not sent. */
    boolean begun() {
        return position != 0;
    }

    /**
     * Begins a chunk in this packet, or the next one when it does not fit.
     *
     * @param length with its header, at most what a packet holds
     * @return where the chunk's header is; its body is the caller's to fill in before anything else
     *     is written
     */
    int chunk(int type, int flags, int length) {
        if (!fits(length)) {
            flush();
        }
        return append(tag, type, flags, length);
    }

    /**
     * Begins a chunk that travels alone, under a tag of its own; the caller fills it in and
     * flushes.
     */
    int chunkAlone(int packetTag, int type, int flags, int length) {
        flush();
        return append(packetTag, type, flags, length);
    }

    private int append(int packetTag, int type, int flags, int length) {
        if (position == 0) {
            Wire.put16(buffer, 0, settings.localPort());
            Wire.put16(buffer, 2, settings.remotePort());
            Wire.put32(buffer, 4, packetTag);
            position = Protocol.COMMON_HEADER_BYTES;
        }
        int at = position;
        int padded = Wire.padded(length);
        buffer[at] = (byte) type;
        buffer[at + 1] = (byte) flags;
        Wire.put16(buffer, at + 2, length);
        for (int i = at + length; i < at + padded; i++) {
            buffer[i] = 0;
        }
        position += padded;
        return at;
    }

    /** Sends the packet begun, if any. */
    void flush() {
        if (position == 0) {
            return;
        }
        int length = position;
        position = 0;
        // Least significant byte first (RFC 9260 appendix A).
        Wire.put32(buffer, 8, Integer.reverseBytes(checksum(buffer, 0, length)));
        counters.packetsOut++;
        counters.bytesOut += length;
        out.send(buffer, 0, length);
    }

    /** Whether a packet is long enough, for these ports and unharmed. */
    boolean intact(byte[] buf, int off, int len) {
        return len >= Protocol.COMMON_HEADER_BYTES + Protocol.CHUNK_HEADER_BYTES
                && Wire.u16(buf, off) == settings.remotePort()
                && Wire.u16(buf, off + 2) == settings.localPort()
                && Integer.reverseBytes(Wire.i32(buf, off + 8)) == checksum(buf, off, len);
    }

    /** CRC32c of a packet whose own checksum counts as zero. */
    private int checksum(byte[] buf, int off, int len) {
        crc.reset();
        crc.update(buf, off, 8);
        crc.update(ZERO_CHECKSUM, 0, 4);
        crc.update(buf, off + 12, len - 12);
        return (int) crc.getValue();
    }
}
