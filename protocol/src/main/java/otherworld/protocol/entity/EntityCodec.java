package otherworld.protocol.entity;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.MalformedMessage.Reason;
import otherworld.protocol.Rotation;

/**
 * The bytes of one entity in an EntityUpdate, in both directions, without allocation: a head of two
 * bytes (its index with the viewer, and the age of the tick that it is told against), then a body,
 * which is the same for every viewer who has acknowledged that tick. So a body is made once and
 * copied:
 *
 * <pre>{@code
 * int length = EntityCodec.encodeDelta(now, nowTurns, at, then, thenTurns, thenAt, n, body, 0);
 * if (length == EntityCodec.TOO_FAR) …            // then age 0, and the body of encodeWhole
 * EntityCodec.putHead(index, age, out, offset);   // for each viewer
 * System.arraycopy(body, 0, out, offset + EntityCodec.HEAD_BYTES, length);
 * }</pre>
 *
 * <p>Positions and rotations are those of {@link Quantised}. Decoders read nothing at or behind
 * their {@code end} and throw nothing but {@link MalformedMessage}, whatever the bytes are.
 */
public final class EntityCodec {
    public static final int HEAD_BYTES = 2;

    /** An index is 0 to {@value}. */
    public static final int MAX_INDEX = 1023;

    /** The oldest tick that an entity can be told against, in ticks before the message's. */
    public static final int MAX_AGE = 63;

    /** {@link #encodeDelta} has no bytes for it: the entity is told whole. */
    public static final int TOO_FAR = -1;

    /** No body is longer. */
    public static final int MAX_BODY_BYTES = wholeBytes(Quantised.MAX_TRANSFORMS);

    private static final int INDEX_BITS = 10;
    private static final int ROOT_BYTES = 8 + 4;
    private static final int JOINT_BYTES = 3 * 2 + 4;
    private static final int SMALL_CODES = 6 * 6 * 6;

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /** What a byte of class 1 adds to a position, and to a rotation. */
    private static final long[] SMALL_MOVES = new long[SMALL_CODES];

    private static final int[] SMALL_TURNS = new int[SMALL_CODES];

    static {
        for (int code = 0; code < SMALL_CODES; code++) {
            SMALL_MOVES[code] = move(code % 6 - 3, code / 6 % 6 - 3, code / 36 - 3);
            SMALL_TURNS[code] = turn(code % 6 - 3, code / 6 % 6 - 3, code / 36 - 3);
        }
    }

    private EntityCodec() {}

    /** How many bytes the body of an entity of so many transforms takes if it is told whole. */
    public static int wholeBytes(int transforms) {
        return ROOT_BYTES + (transforms - 1) * JOINT_BYTES;
    }

    /** Writes {@link #HEAD_BYTES}; {@code age} 0 says that the entity is told whole. */
    public static void putHead(int index, int age, byte[] out, int offset) {
        if (((index & ~MAX_INDEX) | (age & ~MAX_AGE)) != 0) {
            throw new IllegalArgumentException(
                    "index %d is not 0 to %d, or age %d not 0 to %d"
                            .formatted(index, MAX_INDEX, age, MAX_AGE));
        }
        SHORT.set(out, offset, (short) (age << INDEX_BITS | index));
    }

    public static int index(int head) {
        return head & MAX_INDEX;
    }

    public static int age(int head) {
        return head >>> INDEX_BITS;
    }

    /** Writes the body of an entity that is told whole, and returns its length. */
    public static int encodeWhole(
            long[] positions, int[] rotations, int at, int transforms, byte[] out, int offset) {
        LONG.set(out, offset, positions[at]);
        INT.set(out, offset + 8, rotations[at]);
        int to = offset + ROOT_BYTES;
        for (int i = at + 1; i < at + transforms; i++) {
            for (int axis = 0; axis < 3; axis++) {
                int lane = Quantised.lane(positions[i], axis) - Quantised.MIDDLE;
                SHORT.set(out, to + 2 * axis, (short) lane);
            }
            INT.set(out, to + 6, rotations[i]);
            to += JOINT_BYTES;
        }
        return to - offset;
    }

    /**
     * Writes the body of an entity as it differs from a baseline, and returns its length, at most
     * {@link #MAX_BODY_BYTES}; {@link #TOO_FAR} if it must be told whole.
     */
    public static int encodeDelta(
            long[] positions,
            int[] rotations,
            int at,
            long[] basePositions,
            int[] baseRotations,
            int baseAt,
            int transforms,
            byte[] out,
            int offset) {
        int to = offset + classBytes(transforms);
        int classes = 0;
        for (int i = 0; i < transforms; i++) {
            int move = putMove(positions[at + i], basePositions[baseAt + i], out, to);
            if (move == TOO_FAR) {
                return TOO_FAR;
            }
            to += bytes(move);
            int turn = putTurn(rotations[at + i], baseRotations[baseAt + i], out, to);
            to += bytes(turn);
            classes |= (move | turn << 2) << (4 * i);
        }
        for (int i = 0; i < classBytes(transforms); i++) {
            out[offset + i] = (byte) (classes >>> (8 * i));
        }
        return to - offset;
    }

    /** Reads a body that tells an entity whole, and returns where it ends. */
    public static int decodeWhole(
            byte[] in,
            int offset,
            int end,
            int transforms,
            long[] positions,
            int[] rotations,
            int at)
            throws MalformedMessage {
        if (wholeBytes(transforms) > end - offset) {
            throw Reason.TRUNCATED.exception();
        }
        long root = (long) LONG.get(in, offset);
        if (root < 0) {
            throw Reason.NUMBER_TOO_LARGE.exception();
        }
        positions[at] = root;
        rotations[at] = rotation((int) INT.get(in, offset + 8));
        int from = offset + ROOT_BYTES;
        for (int i = at + 1; i < at + transforms; i++) {
            positions[i] =
                    Quantised.packed(
                            (short) SHORT.get(in, from) + Quantised.MIDDLE,
                            (short) SHORT.get(in, from + 2) + Quantised.MIDDLE,
                            (short) SHORT.get(in, from + 4) + Quantised.MIDDLE);
            rotations[i] = rotation((int) INT.get(in, from + 6));
            from += JOINT_BYTES;
        }
        return from;
    }

    /**
     * Reads a body that tells an entity as it differs from a baseline, which may stand in the same
     * arrays, and returns where it ends.
     */
    public static int decodeDelta(
            byte[] in,
            int offset,
            int end,
            int transforms,
            long[] basePositions,
            int[] baseRotations,
            int baseAt,
            long[] positions,
            int[] rotations,
            int at)
            throws MalformedMessage {
        int classes = classes(in, offset, end, transforms);
        int from = offset + classBytes(transforms);
        for (int i = 0; i < transforms; i++, classes >>>= 4) {
            int move = classes & 3;
            int turn = classes >>> 2 & 3;
            if (bytes(move) + bytes(turn) > end - from) {
                throw Reason.TRUNCATED.exception();
            }
            // One addition of one number, so that bytes from outside mean the same everywhere.
            positions[at + i] = (basePositions[baseAt + i] + move(move, in, from)) & Long.MAX_VALUE;
            from += bytes(move);
            rotations[at + i] =
                    turn == 3
                            ? rotation((int) INT.get(in, from))
                            : rotation(baseRotations[baseAt + i] + turn(turn, in, from));
            from += bytes(turn);
        }
        return from;
    }

    /** Where a body ends whose baseline is not known; what is in it is not looked at. */
    public static int skipDelta(byte[] in, int offset, int end, int transforms)
            throws MalformedMessage {
        int classes = classes(in, offset, end, transforms);
        int from = offset + classBytes(transforms);
        for (; classes != 0; classes >>>= 2) {
            from += bytes(classes & 3);
        }
        if (from > end) {
            throw Reason.TRUNCATED.exception();
        }
        return from;
    }

    private static int classes(byte[] in, int offset, int end, int transforms)
            throws MalformedMessage {
        int bytes = classBytes(transforms);
        if (bytes > end - offset) {
            throw Reason.TRUNCATED.exception();
        }
        int classes = 0;
        for (int i = 0; i < bytes; i++) {
            classes |= (in[offset + i] & 0xff) << (8 * i);
        }
        if (classes >>> (4 * transforms) != 0) {
            throw Reason.BAD_DELTA.exception();
        }
        return classes;
    }

    private static int classBytes(int transforms) {
        return (transforms + 1) >> 1;
    }

    /** Of a class: 0, 1, 2 or 4. */
    private static int bytes(int kind) {
        return kind + ((kind >> 1) & kind);
    }

    /** Writes what a position differs by, and returns the class of that. */
    private static int putMove(long position, long base, byte[] out, int to) {
        if (position == base) {
            return 0;
        }
        int x = Quantised.lane(position, 0) - Quantised.lane(base, 0);
        int y = Quantised.lane(position, 1) - Quantised.lane(base, 1);
        int z = Quantised.lane(position, 2) - Quantised.lane(base, 2);
        int small = putSmall(x, y, z, out, to);
        if (small != TOO_FAR) {
            return small;
        }
        if (isOf(10, x) && isOf(10, y) && isOf(10, z)) {
            INT.set(out, to, (x & 0x3ff) | (y & 0x3ff) << 10 | (z & 0x3ff) << 20);
            return 3;
        }
        return TOO_FAR;
    }

    private static int putTurn(int rotation, int base, byte[] out, int to) {
        if (rotation == base) {
            return 0;
        }
        if (rotation >>> 30 == base >>> 30) {
            int small =
                    putSmall(
                            (rotation >>> 20 & 0x3ff) - (base >>> 20 & 0x3ff),
                            (rotation >>> 10 & 0x3ff) - (base >>> 10 & 0x3ff),
                            (rotation & 0x3ff) - (base & 0x3ff),
                            out,
                            to);
            if (small != TOO_FAR) {
                return small;
            }
        }
        INT.set(out, to, rotation);
        return 3;
    }

    /** Class 1 or 2. */
    private static int putSmall(int a, int b, int c, byte[] out, int to) {
        if (isSmallest(a) && isSmallest(b) && isSmallest(c)) {
            out[to] = (byte) (a + 3 + 6 * (b + 3) + 36 * (c + 3));
            return 1;
        }
        if (isOf(5, a) && isOf(5, b) && isOf(5, c)) {
            SHORT.set(out, to, (short) ((a & 31) | (b & 31) << 5 | (c & 31) << 10));
            return 2;
        }
        return TOO_FAR;
    }

    private static boolean isSmallest(int difference) {
        return Integer.compareUnsigned(difference + 3, 6) < 0;
    }

    /** Whether it is a signed number of so many bits. */
    private static boolean isOf(int bits, int difference) {
        return difference << (32 - bits) >> (32 - bits) == difference;
    }

    /** What the bytes of a class add to a position. */
    private static long move(int kind, byte[] in, int from) throws MalformedMessage {
        return switch (kind) {
            case 0 -> 0;
            case 1 -> SMALL_MOVES[small(in[from] & 0xff)];
            case 2 -> {
                int bits = fifteen(in, from);
                yield move(signed(5, bits), signed(5, bits >> 5), signed(5, bits >> 10));
            }
            default -> {
                int bits = (int) INT.get(in, from);
                if (bits >>> 30 != 0) {
                    throw Reason.BAD_DELTA.exception();
                }
                yield move(signed(10, bits), signed(10, bits >> 10), signed(10, bits >> 20));
            }
        };
    }

    private static int turn(int kind, byte[] in, int from) throws MalformedMessage {
        return switch (kind) {
            case 0 -> 0;
            case 1 -> SMALL_TURNS[small(in[from] & 0xff)];
            default -> {
                int bits = fifteen(in, from);
                yield turn(signed(5, bits), signed(5, bits >> 5), signed(5, bits >> 10));
            }
        };
    }

    private static int small(int code) throws MalformedMessage {
        if (code >= SMALL_CODES) {
            throw Reason.BAD_DELTA.exception();
        }
        return code;
    }

    private static int fifteen(byte[] in, int from) throws MalformedMessage {
        int bits = (short) SHORT.get(in, from);
        if (bits < 0) {
            throw Reason.BAD_DELTA.exception();
        }
        return bits;
    }

    private static int signed(int width, int bits) {
        return bits << (32 - width) >> (32 - width);
    }

    private static long move(int x, int y, int z) {
        return x + ((long) y << Quantised.LANE_BITS) + ((long) z << (2 * Quantised.LANE_BITS));
    }

    private static int turn(int a, int b, int c) {
        return (a << 20) + (b << 10) + c;
    }

    private static int rotation(int bits) throws MalformedMessage {
        if (!Rotation.isValid(bits)) {
            throw Reason.BAD_ROTATION.exception();
        }
        return bits;
    }
}
