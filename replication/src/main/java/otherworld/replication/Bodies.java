package otherworld.replication;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import otherworld.protocol.entity.EntityCodec;

/**
 * The bytes of avatars as they differ from how they looked so and so many ticks ago. They are the
 * same for every viewer, so they are made when the first one wants them, and copied from then on
 * until the tick is over.
 */
final class Bodies {
    /** May be written behind a body by {@link #copy}. */
    static final int SLACK_BYTES = Long.BYTES;

    private static final int ALIGN = Long.BYTES;
    private static final int LENGTH_BITS = 7;
    private static final int WHOLE = 1 << LENGTH_BITS;
    private static final int OFFSET_SHIFT = LENGTH_BITS + 1;
    private static final int OFFSET_BITS = 24;
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Snapshots snapshots;
    private final Figures figures;

    /**
     * For each age, of which few are asked for, and row: turn (32 bits), offset / 8, whether it is
     * told whole, length.
     */
    private long[] made = new long[0];

    private int rows;

    private byte[] bytes = new byte[1 << 16];
    private int end;
    private int tick;
    private int turn;

    Bodies(Snapshots snapshots, Figures figures) {
        this.snapshots = snapshots;
        this.figures = figures;
    }

    /** What was made before counts no more. */
    void begin(int tick) {
        this.tick = tick;
        turn++;
        end = 0;
        if (rows < snapshots.rows()) {
            rows = Integer.highestOneBit(snapshots.rows()) * 2;
            made = new long[rows * Snapshots.TICKS];
        }
    }

    /**
     * The body of a row against the tick {@code age} before this one, as a number that {@link
     * #length}, {@link #isWhole} and {@link #copy} understand.
     *
     * @param age 0 for one that is told whole
     */
    long body(int row, int age) {
        int at = age * rows + row;
        long body = made[at];
        if ((int) (body >>> 32) == turn) {
            return body;
        }
        body = make(row, age);
        made[at] = body;
        return body;
    }

    static int length(long body) {
        return (int) body & (1 << LENGTH_BITS) - 1;
    }

    /** Whether it is told whole, because it has moved too far or no baseline was asked for. */
    static boolean isWhole(long body) {
        return (body & WHOLE) != 0;
    }

    /** Writes a body, and up to {@link #SLACK_BYTES} of anything behind it. */
    void copy(long body, byte[] out, int to) {
        int from = (int) (body >>> OFFSET_SHIFT & (1 << OFFSET_BITS) - 1) * ALIGN;
        int length = length(body);
        for (int i = 0; i < length; i += Long.BYTES) {
            LONG.set(out, to + i, (long) LONG.get(bytes, from + i));
        }
    }

    private long make(int row, int age) {
        figures.bodies++;
        if (end + EntityCodec.MAX_BODY_BYTES + ALIGN > bytes.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int n = snapshots.transforms(row);
        long[] positions = snapshots.positions(row);
        int[] rotations = snapshots.rotations(row);
        int now = snapshots.at(row, tick);
        int length = EntityCodec.TOO_FAR;
        if (age > 0) {
            int then = snapshots.at(row, tick - age);
            length =
                    EntityCodec.encodeDelta(
                            positions, rotations, now, positions, rotations, then, n, bytes, end);
        }
        boolean whole = length == EntityCodec.TOO_FAR;
        if (whole) {
            length = EntityCodec.encodeWhole(positions, rotations, now, n, bytes, end);
        }
        long body =
                (long) turn << 32
                        | (long) (end / ALIGN) << OFFSET_SHIFT
                        | (whole ? WHOLE : 0)
                        | length;
        end += Math.ceilDiv(length, ALIGN) * ALIGN;
        return body;
    }
}
