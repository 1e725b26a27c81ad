package otherworld.persistence;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import otherworld.base.PlayerId;

/**
 * The encoding of one group in {@code journal.edits}, version {@value #VERSION}.
 *
 * <pre>
 * group  = version u8, count varint, edit × count
 * edit   = player bytes(128, ASCII), clientSequence varint, result bytes(1024), count varint, patch × count
 * patch  = id varint, removed u8 (0 or 1), body bytes(4096)
 * bytes  = length varint, then as many bytes;  varint = LEB128 of a non-negative number
 * </pre>
 *
 * A later version adds a number here and keeps reading the older ones.
 */
final class GroupCodec {
    static final int VERSION = 1;

    /** Most edits of a group. */
    static final int MAX_EDITS = 4096;

    /** A group takes no further edit that would make it larger than this. */
    static final int MAX_BYTES = 1 << 20;

    private static final int HEADER_BYTES = 16;
    private static final int MAX_VARINT_BYTES = 9; // 63 bits

    private GroupCodec() {}

    /** Bytes that cannot be a group: another version, or not written by us. */
    static final class MalformedGroup extends RuntimeException {
        private static final long serialVersionUID = 1;

        MalformedGroup(String message, Throwable cause) {
            super(message, cause);
        }

        MalformedGroup(String message) {
            super(message);
        }
    }

    static byte[] encode(List<Edit> edits) {
        int most = HEADER_BYTES;
        for (Edit edit : edits) {
            most += edit.encodedBytes();
        }
        ByteBuffer out = ByteBuffer.allocate(most);
        out.put((byte) VERSION);
        putVarint(out, edits.size());
        for (Edit edit : edits) {
            putBytes(out, edit.player().value().getBytes(StandardCharsets.US_ASCII));
            putVarint(out, edit.clientSequence());
            putBytes(out, edit.result());
            putVarint(out, edit.patches().size());
            for (EntityPatch patch : edit.patches()) {
                putVarint(out, patch.id());
                out.put((byte) (patch.removed() ? 1 : 0));
                putBytes(out, patch.body());
            }
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    /**
     * @throws MalformedGroup if {@code bytes} is not one whole group of a known version
     */
    static List<Edit> decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            int version = in.get();
            if (version != VERSION) {
                throw new MalformedGroup(
                        "Group has version %d; this server reads version %d: run a newer server"
                                .formatted(version, VERSION));
            }
            int count = count(in, MAX_EDITS);
            List<Edit> edits = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                edits.add(edit(in));
            }
            if (in.hasRemaining()) {
                throw new MalformedGroup("Group has %d bytes left over".formatted(in.remaining()));
            }
            return edits;
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new MalformedGroup("Group of %d bytes is damaged".formatted(bytes.length), e);
        }
    }

    private static Edit edit(ByteBuffer in) {
        PlayerId player =
                new PlayerId(new String(bytes(in, PlayerId.MAX_LENGTH), StandardCharsets.US_ASCII));
        long clientSequence = varint(in);
        byte[] result = bytes(in, Edit.MAX_RESULT_BYTES);
        int count = count(in, Edit.MAX_PATCHES);
        List<EntityPatch> patches = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long id = varint(in);
            boolean removed = count(in, 1) == 1;
            patches.add(new EntityPatch(id, removed, bytes(in, EntityPatch.MAX_BODY_BYTES)));
        }
        return new Edit(player, clientSequence, patches, result);
    }

    private static void putBytes(ByteBuffer out, byte[] bytes) {
        putVarint(out, bytes.length);
        out.put(bytes);
    }

    private static byte[] bytes(ByteBuffer in, int most) {
        byte[] bytes = new byte[count(in, Math.min(most, in.remaining()))];
        in.get(bytes);
        return bytes;
    }

    private static int count(ByteBuffer in, int most) {
        long count = varint(in);
        if (count > most) {
            throw new IllegalArgumentException("Count %d, most %d".formatted(count, most));
        }
        return (int) count;
    }

    private static void putVarint(ByteBuffer out, long value) {
        long rest = value;
        while (rest >= 0x80) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            byte next = in.get();
            value |= (next & 0x7fL) << (7 * i);
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("A number of more than 63 bits");
    }
}
