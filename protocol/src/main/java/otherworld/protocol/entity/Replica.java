package otherworld.protocol.entity;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.Joint;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.MalformedMessage.Reason;
import otherworld.protocol.Protocol;

/**
 * What a client knows of the entities that it is told of, of one connection: docs/protocol.md,
 * Entities. It takes EntityStates in order and EntityUpdates as they come, late, twice or not at
 * all, and has what is to be acknowledged. One thread.
 *
 * <p>An update allocates nothing but the first time that an index moves: 64 ticks of it, so at most
 * 5.5 MB in all, whatever the bytes are. After {@link MalformedMessage} the connection ends.
 */
public final class Replica {
    /** No index, or no tick. */
    public static final int NONE = -1;

    private static final int NEVER = Integer.MIN_VALUE;
    private static final int JOINTS = (1 << Protocol.MAX_JOINTS) - 1;
    private static final int ACKNOWLEDGED_BEFORE = Integer.SIZE;

    private final @Nullable EntityState[] states = new @Nullable EntityState[Protocol.MAX_INDEXES];
    private final @Nullable History[] histories = new @Nullable History[Protocol.MAX_INDEXES];
    private final Map<Long, Integer> indexes = new HashMap<>();

    /** By index: the tick of the last EntityStates that said something of it. */
    private final int[] since = new int[Protocol.MAX_INDEXES];

    private final byte[] bytes = new byte[Protocol.MAX_UPDATE_BYTES];

    /** Indexes that the last update brought on; none takes fewer bytes than a head and a class. */
    private final int[] told =
            new int[Protocol.MAX_UPDATE_BYTES / (EntityCodec.HEAD_BYTES + 1) + 1];

    private int toldCount;
    private final long[] unkept = new long[Quantised.MAX_TRANSFORMS];
    private final int[] unkeptRotations = new int[Quantised.MAX_TRANSFORMS];

    /** The newest tick that was told of anything; {@link #NEVER} before the first EntityStates. */
    private int clock = NEVER;

    private int statesNumber;
    private int datagram;
    private int earlier;
    private boolean hasDatagram;
    private boolean isAcknowledgeDue;

    public Replica() {
        Arrays.fill(since, NEVER);
    }

    /** Takes what came in order over the reliable way. */
    public void apply(EntityStates message) throws MalformedMessage {
        toldCount = 0;
        clock = Math.max(clock, message.tick());
        for (int index : message.left()) {
            EntityState state = states[index];
            if (state == null) {
                throw Reason.BAD_INDEX.exception();
            }
            states[index] = null;
            since[index] = message.tick();
            indexes.remove(state.entity());
        }
        for (EntityState state : message.entities()) {
            put(state, message.tick());
        }
        statesNumber = message.number();
        isAcknowledgeDue = true;
    }

    /** Takes what may have been lost, overtaken or doubled before it came. */
    public void apply(EntityUpdate message) throws MalformedMessage {
        int end = message.entities().length();
        message.entities().copyTo(bytes, 0);
        update(message.number(), message.tick(), bytes, 0, end);
    }

    /** The same of the bytes behind an EntityUpdate's tick, without a record. */
    public void update(int number, int tick16, byte[] in, int offset, int end)
            throws MalformedMessage {
        int tick = clock + (short) (tick16 - clock);
        int from = offset;
        toldCount = 0;
        boolean isWhole = true;
        while (from < end) {
            if (EntityCodec.HEAD_BYTES > end - from) {
                throw Reason.TRUNCATED.exception();
            }
            int head = (in[from] & 0xff) | (in[from + 1] & 0xff) << 8;
            int index = EntityCodec.index(head);
            if (tick < since[index]) { // of another entity, or other joints: how long is not known
                isWhole = false;
                break;
            }
            EntityState state = states[index];
            if (state == null) {
                throw Reason.BAD_INDEX.exception();
            }
            History history = history(index, state);
            int age = EntityCodec.age(head);
            from += EntityCodec.HEAD_BYTES;
            if (age != 0 && !history.has(tick - age)) {
                if (tick > history.newest) { // then nothing can have taken its place
                    throw Reason.NO_BASELINE.exception();
                }
                from = EntityCodec.skipDelta(in, from, end, history.transforms);
                isWhole = false;
            } else if (history.isLate(tick)) {
                from = read(history, tick, age, in, from, end, unkept, unkeptRotations, 0);
                isWhole = false;
            } else {
                int at = history.at(tick);
                history.forget(tick);
                from =
                        read(
                                history,
                                tick,
                                age,
                                in,
                                from,
                                end,
                                history.positions,
                                history.rotations,
                                at);
                if (history.keep(tick)) {
                    told[toldCount++] = index;
                }
            }
        }
        if (clock != NEVER) {
            clock = Math.max(clock, tick);
        }
        if (isWhole) {
            stored(number);
        }
    }

    /** Of how many entities the last update told something newer than what was known. */
    public int toldCount() {
        return toldCount;
    }

    /** The index of one of them, by 0 to {@link #toldCount} − 1. */
    public int told(int at) {
        return told[at];
    }

    /** What to tell the server; asking for it makes it no longer due. */
    public Acknowledge acknowledgement() {
        isAcknowledgeDue = false;
        return new Acknowledge(datagram, earlier, statesNumber);
    }

    /** Whether anything came that was not acknowledged yet. */
    public boolean isAcknowledgeDue() {
        return isAcknowledgeDue;
    }

    /** How many entities there are. */
    public int size() {
        return indexes.size();
    }

    /** Where an entity is; {@link #NONE} if it is not told of. */
    public int indexOf(long entity) {
        return indexes.getOrDefault(entity, NONE);
    }

    /** The entity in full, as it was last told so; null if the index has none. */
    public @Nullable EntityState state(int index) {
        return states[index];
    }

    /** The tick that where it is comes from; {@link #NONE} if EntityStates alone told of it. */
    public int tick(int index) {
        History history = moved(index);
        return history == null ? NONE : history.newest;
    }

    /** Metres. The index must have an entity, here and below. */
    public float x(int index) {
        History history = moved(index);
        return history == null
                ? known(index).pose().x()
                : Quantised.x(history.position(0), Quantised.ROOT_STEPS);
    }

    public float y(int index) {
        History history = moved(index);
        return history == null
                ? known(index).pose().y()
                : Quantised.y(history.position(0), Quantised.ROOT_STEPS);
    }

    public float z(int index) {
        History history = moved(index);
        return history == null
                ? known(index).pose().z()
                : Quantised.z(history.position(0), Quantised.ROOT_STEPS);
    }

    /** As {@link otherworld.protocol.Rotation} packs it. */
    public int rotation(int index) {
        History history = moved(index);
        return history == null ? known(index).pose().rotation() : history.rotation(0);
    }

    /** Root and joints; the ones below are by their number among these. */
    public int transforms(int index) {
        return Quantised.transforms(known(index).joints());
    }

    /** Which transform a joint is; {@link #NONE} if it is not tracked, or not told yet. */
    public int transformOf(int index, Joint joint) {
        int joints = known(index).joints();
        int bit = 1 << (joint.code() - 1);
        return (joints & bit) == 0 || moved(index) == null
                ? NONE
                : Quantised.transforms(joints & (bit - 1));
    }

    /** Of a transform that was told ({@link #tick} is not {@link #NONE}): see {@link Quantised}. */
    public long position(int index, int transform) {
        return known(histories[index]).position(transform);
    }

    /** As {@link #position}. */
    public int rotation(int index, int transform) {
        return known(histories[index]).rotation(transform);
    }

    private void put(EntityState state, int tick) throws MalformedMessage {
        int index = state.index();
        EntityState before = states[index];
        int known = indexOf(state.entity());
        if (before == null ? known != NONE : known != index) {
            throw Reason.BAD_INDEX.exception();
        }
        if ((state.joints() & ~JOINTS) != 0) {
            throw Reason.UNKNOWN_CODE.exception();
        }
        states[index] = state;
        since[index] = tick;
        indexes.put(state.entity(), index);
        History history = histories[index];
        if (history != null) {
            history.restart(transforms(index));
        }
    }

    private static int read(
            History history,
            int tick,
            int age,
            byte[] in,
            int from,
            int end,
            long[] positions,
            int[] rotations,
            int at)
            throws MalformedMessage {
        return age == 0
                ? EntityCodec.decodeWhole(
                        in, from, end, history.transforms, positions, rotations, at)
                : EntityCodec.decodeDelta(
                        in,
                        from,
                        end,
                        history.transforms,
                        history.positions,
                        history.rotations,
                        history.at(tick - age),
                        positions,
                        rotations,
                        at);
    }

    private void stored(int number) {
        int ahead = (short) (number - datagram);
        if (!hasDatagram) {
            hasDatagram = true;
            datagram = number;
        } else if (ahead > 0) {
            earlier =
                    (ahead < ACKNOWLEDGED_BEFORE ? earlier << ahead : 0)
                            | (ahead <= ACKNOWLEDGED_BEFORE ? 1 << (ahead - 1) : 0);
            datagram = number;
        } else if (ahead < 0 && ahead >= -ACKNOWLEDGED_BEFORE) {
            earlier |= 1 << (-ahead - 1);
        }
        isAcknowledgeDue = true;
    }

    private History history(int index, EntityState state) {
        History history = histories[index];
        if (history == null) {
            history = new History();
            history.restart(Quantised.transforms(state.joints()));
            histories[index] = history;
        }
        return history;
    }

    /** Of an index that an update told of; null before that. */
    private @Nullable History moved(int index) {
        History history = histories[index];
        return history == null || history.newest == NONE ? null : history;
    }

    private EntityState known(int index) {
        return known(states[index]);
    }

    private static <T> T known(@Nullable T state) {
        if (state == null) {
            throw new IllegalStateException("no entity, or nothing was told of where it is");
        }
        return state;
    }

    /** What one index did in the last {@link Protocol#KEPT_TICKS} ticks. */
    private static final class History {
        private final int[] ticks = new int[Protocol.KEPT_TICKS];
        private int transforms;
        private long[] positions = new long[0];
        private int[] rotations = new int[0];
        private int newest = NONE;

        void restart(int count) {
            transforms = count;
            newest = NONE;
            Arrays.fill(ticks, NEVER);
            if (positions.length < Protocol.KEPT_TICKS * count) {
                positions = new long[Protocol.KEPT_TICKS * count];
                rotations = new int[Protocol.KEPT_TICKS * count];
            }
        }

        boolean has(int tick) {
            return ticks[slot(tick)] == tick;
        }

        /** Whether a newer tick has its place. */
        boolean isLate(int tick) {
            return ticks[slot(tick)] > tick;
        }

        void forget(int tick) {
            ticks[slot(tick)] = NEVER;
        }

        /** Whether it is the newest. */
        boolean keep(int tick) {
            ticks[slot(tick)] = tick;
            boolean isNewest = tick > newest;
            newest = Math.max(newest, tick);
            return isNewest;
        }

        int at(int tick) {
            return slot(tick) * transforms;
        }

        long position(int transform) {
            return positions[at(newest) + transform];
        }

        int rotation(int transform) {
            return rotations[at(newest) + transform];
        }

        private static int slot(int tick) {
            return tick & (Protocol.KEPT_TICKS - 1);
        }
    }
}
