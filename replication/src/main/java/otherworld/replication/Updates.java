package otherworld.replication;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.Protocol;
import otherworld.protocol.Writer;
import otherworld.protocol.entity.EntityCodec;

/**
 * Tells a viewer how those move whom it sees: at most {@link ReplicationSettings#datagrams}
 * datagrams a turn, each of which stands for itself, and no more bytes than it has by then. The
 * near ones come first, as far as they leave the rest their share; what finds no room comes first
 * in the next turn. Who looks to the viewer as it does is passed over.
 */
final class Updates {
    /** After so many ticks in which nothing moved there is an update of nothing. */
    static final int MOST_SILENT_TICKS = 256;

    private static final int HEADER_BYTES =
            EntityUpdate.MAX_HEADER_BYTES + ReplicationSettings.FRAME_BYTES;

    private static final int TOLD = 0;
    private static final int KNOWN = 1;
    private static final int NOT_YET = 2;
    private static final int NO_ROOM = 3;

    /** An index takes the lower bits of an entity's head, the age what is above. */
    private static final int INDEX_BITS = 10;

    private static final float WEIGHT = 1f / 32;
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private final Snapshots snapshots;
    private final Bodies bodies;
    private final ReplicationSettings settings;
    private final Figures figures;
    private final int mostDatagrams;
    private final int burstBytes;

    private final byte[] out = new byte[Protocol.MAX_UNRELIABLE_BYTES + Bodies.SLACK_BYTES];
    private final short[] told = new short[Protocol.MAX_UNRELIABLE_BYTES / 2];
    private final Writer writer = new Writer();
    private int position;
    private int end;
    private int count;
    private int datagrams;
    private int left;
    private int tick;

    /** On entities, of which those that the viewer knows nothing of yet. */
    private int spent;

    private int spentOnNew;
    private int fresh;

    Updates(Snapshots snapshots, Bodies bodies, ReplicationSettings settings, Figures figures) {
        this.snapshots = snapshots;
        this.bodies = bodies;
        this.settings = settings;
        this.figures = figures;
        mostDatagrams = settings.datagrams();
        burstBytes = settings.burstBytes();
    }

    /** What datagrams of a turn take beside entities. */
    static int overheadBytes(ReplicationSettings settings) {
        return settings.datagrams() * HEADER_BYTES;
    }

    void tell(Viewer viewer, int tick, int turn) {
        this.tick = tick;
        viewer.bytes = Math.min(viewer.bytes + settings.bytesPerTurn(), burstBytes);
        if (viewer.link.isBehind()) {
            figures.behind++;
            return;
        }
        left = viewer.bytes;
        datagrams = 0;
        begin();
        tellNear(viewer);
        tellRest(viewer, turn);
        // A client tells whole ticks from their low 16 bits by the newest that it has heard of.
        boolean isSilent = datagrams == 0 && tick - viewer.sent.lastTick() >= MOST_SILENT_TICKS;
        if (count > 0 || isSilent) {
            send(viewer);
        }
        viewer.bytes = left;
    }

    private void tellNear(Viewer viewer) {
        int near = viewer.nearCount;
        int most = left - viewer.bytesOfRest - overheadBytes(settings);
        int at = viewer.nearFrom < near ? viewer.nearFrom : 0;
        int turns = 0;
        spent = 0;
        spentOnNew = 0;
        fresh = 0;
        for (; turns < near; turns++) {
            if (spent + (int) viewer.nearCost > most || tell(viewer, viewer.near[at]) == NO_ROOM) {
                figures.nearCut++;
                break;
            }
            at = at + 1 < near ? at + 1 : 0;
        }
        viewer.nearFrom = at;
        viewer.nearCost = mean(viewer.nearCost, turns);
    }

    private void tellRest(Viewer viewer, int turn) {
        Turns turns = viewer.turns;
        int[] rows = viewer.seen.rows;
        int taken = 0;
        spent = 0;
        spentOnNew = 0;
        fresh = 0;
        turns.begin(turn, viewer.seen.top());
        for (int index = turns.next(); index >= 0; index = turns.next()) {
            int outcome = tell(viewer, index);
            if (outcome == NO_ROOM) {
                turns.full(index);
                figures.full++;
                break;
            }
            if (outcome == NOT_YET) {
                turns.retry(index);
            } else if (outcome == KNOWN && snapshots.isResting(rows[index])) {
                turns.rest(index);
            } else {
                turns.told(index, rows[index]);
                taken++;
            }
        }
        viewer.restCost = mean(viewer.restCost, taken);
    }

    /**
     * What a turn takes, without those who are new: they are told whole once, which says nothing of
     * what they will take. Not less than a byte, since everybody might begin to move.
     */
    private float mean(float mean, int turns) {
        int judged = turns - fresh;
        return judged == 0
                ? mean
                : Math.max(1, mean + ((float) (spent - spentOnNew) / judged - mean) * WEIGHT);
    }

    private int tell(Viewer viewer, int index) {
        Seen seen = viewer.seen;
        if (seen.told[index] > viewer.statesHad) {
            return NOT_YET;
        }
        int row = seen.rows[index];
        int baseline = seen.baselines[index];
        if (baseline >= snapshots.changedTick(row)) {
            return KNOWN;
        }
        int age = tick - baseline;
        long body = bodies.body(row, age < Snapshots.TICKS ? age : 0);
        int length = EntityCodec.HEAD_BYTES + Bodies.length(body);
        if (position + length > end && !next(viewer, length)) {
            return NO_ROOM;
        }
        if (Bodies.isWhole(body)) {
            age = 0;
            figures.whole++;
        }
        SHORT.set(out, position, (short) (age << INDEX_BITS | index));
        bodies.copy(body, out, position + EntityCodec.HEAD_BYTES);
        position += length;
        spent += length;
        if (baseline == Seen.NO_BASELINE) {
            spentOnNew += length;
            fresh++;
        }
        if (viewer.reliable) {
            seen.baselines[index] = tick;
        } else {
            told[count] = (short) index;
        }
        count++;
        return TOLD;
    }

    /** Sends this datagram and begins another; false if there is no room in it either. */
    private boolean next(Viewer viewer, int length) {
        if (count > 0) {
            send(viewer);
        }
        begin();
        return position + length <= end;
    }

    private void begin() {
        position = EntityUpdate.MAX_HEADER_BYTES;
        count = 0;
        end =
                datagrams == mostDatagrams
                        ? 0
                        : Math.min(
                                Protocol.MAX_UNRELIABLE_BYTES,
                                left - ReplicationSettings.FRAME_BYTES);
    }

    private void send(Viewer viewer) {
        EntityUpdate.writeStart(writer.wrap(out, 0), viewer.sent.next() & 0xffff, tick & 0xffff);
        byte[] message = Arrays.copyOf(out, position);
        viewer.sent.sent(tick, told, viewer.reliable ? 0 : count);
        viewer.link.sendUnreliable(message);
        datagrams++;
        left -= position + ReplicationSettings.FRAME_BYTES;
        figures.updates += count;
        figures.updateMessages++;
        figures.updateBytes += position;
        count = 0;
    }
}
