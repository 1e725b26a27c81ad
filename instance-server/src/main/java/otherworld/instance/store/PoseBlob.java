package otherworld.instance.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import otherworld.base.PlayerId;
import otherworld.protocol.Pose;

/**
 * Where the players of an instance stood. Encoding, big-endian: version (1 byte), epoch (8), wall
 * clock in milliseconds (8), count (4), then per player the id (1 byte length, ASCII), x, y, z (3
 * floats), rotation (4 bytes, packed). The epoch is where the Lua script that writes it looks.
 */
public record PoseBlob(long epoch, long wallMs, List<PlayerPose> players) {
    private static final byte VERSION = 1;

    /** Where one player stood. */
    public record PlayerPose(PlayerId player, Pose pose) {}

    public byte[] encode() {
        int bytes = 1 + 2 * Long.BYTES + Integer.BYTES;
        for (PlayerPose standing : players) {
            bytes += 1 + standing.player().value().length() + Pose.BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes);
        out.put(VERSION).putLong(epoch).putLong(wallMs).putInt(players.size());
        for (PlayerPose standing : players) {
            byte[] id = standing.player().value().getBytes(StandardCharsets.US_ASCII);
            Pose pose = standing.pose();
            out.put((byte) id.length).put(id);
            out.putFloat(pose.x()).putFloat(pose.y()).putFloat(pose.z()).putInt(pose.rotation());
        }
        return out.array();
    }

    /**
     * @throws IllegalArgumentException if {@code blob} is not one this program can read
     */
    public static PoseBlob decode(byte[] blob) {
        ByteBuffer in = ByteBuffer.wrap(blob);
        try {
            int version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("Poses of version " + version);
            }
            long epoch = in.getLong();
            long wallMs = in.getLong();
            int count = in.getInt();
            List<PlayerPose> players = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] id = new byte[Byte.toUnsignedInt(in.get())];
                in.get(id);
                players.add(
                        new PlayerPose(
                                new PlayerId(new String(id, StandardCharsets.US_ASCII)),
                                new Pose(
                                        in.getFloat(), in.getFloat(), in.getFloat(), in.getInt())));
            }
            return new PoseBlob(epoch, wallMs, players);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "Poses of %d bytes end early".formatted(blob.length), e);
        }
    }
}
