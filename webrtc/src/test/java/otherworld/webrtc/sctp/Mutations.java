package otherworld.webrtc.sctp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Packets seen on a network, changed and put together anew, and noise; the checksum is right. */
final class Mutations {
    private static final int HEADER = Protocol.COMMON_HEADER_BYTES;

    private final Random random;
    private final List<byte[]> seen = new ArrayList<>();

    Mutations(Random random) {
        this.random = random;
    }

    /** Remembers packets to change; the last few hundred are kept. */
    void learn(List<byte[]> packets) {
        seen.addAll(packets);
        if (seen.size() > 400) {
            seen.subList(0, seen.size() - 200).clear();
        }
    }

    /** A packet that nobody sent. */
    byte[] packet() {
        if (seen.isEmpty() || random.nextInt(10) == 0) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            return noise.length >= HEADER && random.nextBoolean() ? addressed(noise) : noise;
        }
        byte[] packet = any().clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            packet = mutate(packet);
        }
        return packet.length >= HEADER ? Packets.seal(packet) : packet;
    }

    /** Changes a packet on its way: one whose TSN and tag are those awaited. */
    void changeInPlace(byte[] packet) {
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            change(packet);
        }
        Packets.seal(packet);
    }

    private byte[] any() {
        return seen.get(random.nextInt(seen.size()));
    }

    private byte[] addressed(byte[] noise) {
        Wire.put16(noise, 0, 5000);
        Wire.put16(noise, 2, 5000);
        if (!seen.isEmpty()) {
            Wire.put32(noise, 4, Wire.i32(any(), 4));
        }
        return Packets.seal(noise);
    }

    private byte[] mutate(byte[] packet) {
        if (packet.length <= HEADER + 4) {
            return packet;
        }
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(packet, HEADER + random.nextInt(packet.length - HEADER));
            case 1 -> Arrays.copyOf(packet, packet.length + random.nextInt(60));
            case 2 -> {
                byte[] other = any();
                byte[] both = Arrays.copyOf(packet, packet.length + other.length - HEADER);
                System.arraycopy(other, HEADER, both, packet.length, other.length - HEADER);
                yield both;
            }
            default -> {
                change(packet);
                yield packet;
            }
        };
    }

    private void change(byte[] packet) {
        if (packet.length <= HEADER + 8) {
            return;
        }
        int at = HEADER + random.nextInt(packet.length - HEADER);
        switch (random.nextInt(7)) {
            case 0 -> packet[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> packet[at] = (byte) random.nextInt(256);
            case 2 -> packet[HEADER] = (byte) random.nextInt(256);
            case 3 -> packet[HEADER + 1] = (byte) random.nextInt(16);
            case 4 -> Wire.put16(packet, HEADER + 2, random.nextInt(packet.length));
            case 5 -> {
                int word = HEADER + 4 + random.nextInt((packet.length - HEADER - 4) / 4) * 4;
                Wire.put32(packet, word, Wire.i32(packet, word) + random.nextInt(9) - 4);
            }
            default -> {
                int extreme = new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}[at & 3];
                int word = HEADER + 4 + random.nextInt((packet.length - HEADER - 4) / 4) * 4;
                Wire.put32(packet, word, extreme);
            }
        }
    }
}
