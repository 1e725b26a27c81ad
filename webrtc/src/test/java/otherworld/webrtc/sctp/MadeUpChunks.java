package otherworld.webrtc.sctp;

import java.util.Random;

/** Chunks that are well formed and near to what is awaited, but not what a peer should send. */
final class MadeUpChunks {
    private final Random random;
    private int ssn;

    MadeUpChunks(Random random) {
        this.random = random;
    }

    /** A packet with one to eight chunks for an association that talks to this peer. */
    byte[] packet(RawPeer peer) {
        byte[][] chunks = new byte[1 + random.nextInt(8)][];
        for (int i = 0; i < chunks.length; i++) {
            chunks[i] = chunk(peer.other.association);
        }
        int tag = peer.tag;
        if (random.nextInt(100) == 0) {
            byte[] init = Packets.init(RawPeer.TAG, random.nextInt(), RawPeer.EXTENSIONS);
            return random.nextBoolean() ? init : Packets.packet(0, chunks);
        }
        return Packets.packet(tag, chunks);
    }

    Delivery delivery() {
        int retransmits = random.nextInt(3) - 1;
        int lifetimeMs = random.nextInt(3) == 0 ? random.nextInt(300) : -1;
        return new Delivery(random.nextBoolean(), retransmits, lifetimeMs);
    }

    private byte[] chunk(SctpAssociation association) {
        int next = association.receiver().cumulativeTsn() + 1;
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> data(next);
            case 4, 5 -> sack(association.sender());
            case 6 -> forward(next);
            case 7 -> reconfig(next);
            case 8 -> Packets.chunk(Protocol.HEARTBEAT, 0, bytes(40));
            case 9 -> Packets.chunk(Protocol.HEARTBEAT_ACK, 0, bytes(24));
            case 10 -> Packets.chunk(Protocol.ERROR, 0, bytes(12));
            default -> Packets.chunk(0xC0 | random.nextInt(64), 0, bytes(20));
        };
    }

    /**
     * What is in turn is a whole message and delivered. Ahead of it come messages and fragments
     * that stay, for none of their streams ever gets its first message.
     */
    private byte[] data(int next) {
        int whole = Protocol.FLAG_BEGIN | Protocol.FLAG_END;
        if (random.nextInt(8) == 0) {
            return Packets.data(next, 3, 0, whole | Protocol.FLAG_UNORDERED, bytes(130));
        }
        int ahead = 1 + (random.nextInt(20) == 0 ? random.nextInt(4_200) : random.nextInt(40));
        int flags = random.nextInt(4) == 0 ? Protocol.FLAG_BEGIN : whole;
        int stream = random.nextInt(30) == 0 ? random.nextInt(65_536) : random.nextInt(1_024);
        ssn = ssn % 32_767 + 1;
        return Packets.data(next + ahead, stream, ssn, flags, bytes(130));
    }

    private byte[] sack(Sender sender) {
        int span = Math.max(1, sender.lastAssignedTsn() - sender.firstTsn() + 2);
        int blocks = random.nextInt(6);
        byte[] body = new byte[12 + 4 * blocks];
        Wire.put32(body, 0, sender.firstTsn() - 1 + random.nextInt(Math.max(1, span / 2)));
        Wire.put32(body, 4, random.nextInt(4) == 0 ? 0 : random.nextInt(200_000));
        Wire.put16(body, 8, blocks);
        for (int i = 0; i < 2 * blocks; i++) {
            Wire.put16(body, 12 + 2 * i, random.nextInt(span + 3));
        }
        return Packets.chunk(Protocol.SACK, 0, body);
    }

    private byte[] forward(int next) {
        int streams = random.nextInt(5);
        byte[] body = new byte[4 + 4 * streams];
        Wire.put32(body, 0, next + random.nextInt(10) - 5);
        for (int i = 0; i < streams; i++) {
            Wire.put16(body, 4 + 4 * i, random.nextInt(1_100));
            Wire.put16(body, 6 + 4 * i, 40_000 + random.nextInt(25_536)); // long past
        }
        return Packets.chunk(Protocol.FORWARD_TSN, 0, body);
    }

    private byte[] reconfig(int next) {
        int streams = random.nextInt(5);
        byte[] body = new byte[16 + 2 * streams];
        Wire.put16(body, 0, random.nextInt(4) == 0 ? 13 + random.nextInt(6) : 13);
        Wire.put16(body, 2, body.length);
        Wire.put32(body, 4, RawPeer.FIRST_TSN + random.nextInt(50));
        Wire.put32(body, 12, next + random.nextInt(10) - 5);
        for (int i = 0; i < streams; i++) {
            Wire.put16(body, 16 + 2 * i, random.nextInt(1_100));
        }
        return Packets.chunk(Protocol.RE_CONFIG, 0, body);
    }

    private byte[] bytes(int atMost) {
        byte[] bytes = new byte[1 + random.nextInt(Math.max(1, atMost))];
        random.nextBytes(bytes);
        return bytes;
    }
}
