package otherworld.protocol.entity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.Messages;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.Writer;

/**
 * What a server says to one viewer of entities that come, change, move and go, and the link in
 * between, which loses, doubles and delays: a reading of docs/protocol.md of its own, simple where
 * module replication is fast.
 */
public final class EntityTraffic {
    private static final int MOST_ENTITIES = 60;
    private static final int LONGEST_DELAY_TICKS = 12;

    private final Random random;
    private final double loss;
    private final @Nullable Entry[] entries = new @Nullable Entry[Protocol.MAX_INDEXES];
    private final TreeSet<Integer> free = new TreeSet<>();

    /** Indexes that were left, by the number of the EntityStates that said so. */
    private final Map<Integer, List<Integer>> leaving = new HashMap<>();

    private final Map<Integer, Datagram> datagrams = new HashMap<>();
    private final PriorityQueue<Arrival> link =
            new PriorityQueue<>(
                    Comparator.comparingInt(Arrival::tick).thenComparingLong(Arrival::order));
    private int tick;
    private int statesNumber;
    private int statesAcknowledged;
    private int datagramNumber;
    private int reliableArrives;
    private long order;
    private long nextEntity = 1L << 32;
    private boolean isQuiet;
    private boolean isLossless;

    /** An entity with an index; its fields at each of the last ticks. */
    private static final class Entry {
        final long id;
        final RandomEntity[] past = new RandomEntity[Protocol.KEPT_TICKS];
        int joints;
        int broughtBy;
        int acknowledged = -1;
        int round;

        Entry(long id) {
            this.id = id;
        }
    }

    private record Told(int index, Entry entry, int round, int tick) {}

    private record Datagram(List<Told> told) {}

    private record Arrival(int tick, long order, byte[] message) {}

    public EntityTraffic(Random random, int firstTick, double loss) {
        this.random = random;
        this.loss = loss;
        this.tick = firstTick;
        for (int i = 0; i < Protocol.MAX_INDEXES; i++) {
            free.add(i);
        }
    }

    /** From here on nothing moves, comes or goes, and nothing is lost. */
    public void settle() {
        isQuiet = true;
        isLossless = true;
    }

    /** A tick passes: what arrives at the viewer, in the order of arrival. */
    public List<byte[]> tick() {
        tick++;
        move();
        sayStates();
        sayUpdate();
        List<byte[]> arriving = new ArrayList<>();
        for (Arrival next = link.peek(); next != null && next.tick() <= tick; next = link.peek()) {
            arriving.add(link.remove().message());
        }
        return arriving;
    }

    /** What came back from the viewer. */
    public void acknowledged(Acknowledge message) {
        for (int number = statesAcknowledged + 1; number <= message.states(); number++) {
            free.addAll(leaving.getOrDefault(number, List.of()));
        }
        statesAcknowledged = message.states();
        acknowledged(message.datagram());
        for (int i = 0; i < Integer.SIZE; i++) {
            if ((message.earlier() >>> i & 1) != 0) {
                acknowledged(message.datagram() - 1 - i);
            }
        }
    }

    /** How an index that has an entity was at a tick of the last 64; null if it has none. */
    @Nullable RandomEntity truth(int index, int atTick) {
        Entry entry = entries[index];
        return entry == null ? null : entry.past[atTick & (Protocol.KEPT_TICKS - 1)];
    }

    int now() {
        return tick;
    }

    /** The entity of an index; 0 if there is none. */
    long entity(int index) {
        Entry entry = entries[index];
        return entry == null ? 0 : entry.id;
    }

    int joints(int index) {
        Entry entry = entries[index];
        return entry == null ? 0 : entry.joints;
    }

    private void acknowledged(int number) {
        Datagram datagram = datagrams.get(number & 0xffff);
        if (datagram != null) {
            for (Told told : datagram.told()) {
                if (told.round() == told.entry().round) {
                    told.entry().acknowledged = Math.max(told.entry().acknowledged, told.tick());
                }
            }
        }
    }

    private void move() {
        for (Entry entry : entries) {
            if (entry != null) {
                RandomEntity last = entry.past[(tick - 1) & (Protocol.KEPT_TICKS - 1)];
                boolean moves = !isQuiet && random.nextInt(3) != 0;
                int reach = random.nextInt(50) == 0 ? 2000 : 2 << random.nextInt(6);
                entry.past[tick & (Protocol.KEPT_TICKS - 1)] = moves ? last.moved(reach) : last;
            }
        }
    }

    private void sayStates() {
        List<Integer> left = new ArrayList<>();
        List<EntityState> states = new ArrayList<>();
        for (int index = 0; index < entries.length && !isQuiet; index++) {
            Entry entry = entries[index];
            if (entry != null && random.nextInt(300) == 0) {
                left.add(index);
                entries[index] = null;
            } else if (entry != null && random.nextInt(300) == 0) {
                states.add(put(index, entry));
            }
        }
        if (!isQuiet && random.nextInt(5) == 0 && !free.isEmpty() && count() < MOST_ENTITIES) {
            Integer first = free.first();
            int index = random.nextInt(20) == 0 ? free.last() : first;
            free.remove(index);
            Entry entry = new Entry(nextEntity++);
            entries[index] = entry;
            states.add(put(index, entry));
        }
        if (!left.isEmpty() || !states.isEmpty()) {
            statesNumber++;
            leaving.put(statesNumber, left);
            byte[] message = Messages.encode(new EntityStates(statesNumber, 7, tick, left, states));
            int delay = random.nextInt(4) == 0 ? random.nextInt(LONGEST_DELAY_TICKS) : 0;
            reliableArrives = Math.max(reliableArrives, tick + delay);
            link.add(new Arrival(reliableArrives, order++, message));
        }
    }

    /** Tells an entity as it is now, perhaps with other joints than before. */
    private EntityState put(int index, Entry entry) {
        entry.joints = random.nextInt(3) == 0 ? random.nextInt(64) : random.nextInt(2) * 7;
        entry.broughtBy = statesNumber + 1;
        entry.acknowledged = -1;
        entry.round++;
        RandomEntity entity = new RandomEntity(random, Quantised.transforms(entry.joints));
        entry.past[tick & (Protocol.KEPT_TICKS - 1)] = entity;
        long at = entity.positions[0];
        Pose pose =
                new Pose(
                        Quantised.x(at, Quantised.ROOT_STEPS),
                        Quantised.y(at, Quantised.ROOT_STEPS),
                        Quantised.z(at, Quantised.ROOT_STEPS),
                        entity.rotations[0]);
        EntityKind kind = entry.joints == 0 ? EntityKind.PROP : EntityKind.AVATAR;
        return new EntityState(index, entry.id, kind, "anna", "chair", pose, entry.joints);
    }

    private void sayUpdate() {
        byte[] message = new byte[Protocol.MAX_UNRELIABLE_BYTES];
        datagramNumber = (datagramNumber + 1) & 0xffff;
        EntityUpdate.writeStart(new Writer().wrap(message, 0), datagramNumber, tick & 0xffff);
        int end = EntityUpdate.MAX_HEADER_BYTES;
        List<Told> told = new ArrayList<>();
        int start = random.nextInt(entries.length);
        for (int i = 0; i < entries.length; i++) {
            int index = (start + i) & (Protocol.MAX_INDEXES - 1);
            Entry entry = entries[index];
            if (entry != null
                    && entry.broughtBy <= statesAcknowledged
                    && (isQuiet || random.nextInt(3) != 0)
                    && message.length - end
                            >= EntityCodec.HEAD_BYTES + EntityCodec.MAX_BODY_BYTES) {
                end = say(index, entry, message, end);
                told.add(new Told(index, entry, entry.round, tick));
            }
        }
        datagrams.put(datagramNumber, new Datagram(told));
        byte[] sent = java.util.Arrays.copyOf(message, end);
        int copies = random.nextInt(20) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            if (isLossless || random.nextDouble() >= loss) {
                int delay = random.nextInt(4) == 0 ? random.nextInt(LONGEST_DELAY_TICKS) : 0;
                link.add(new Arrival(tick + delay, order++, sent));
            }
        }
    }

    private int say(int index, Entry entry, byte[] message, int end) {
        RandomEntity now = entry.past[tick & (Protocol.KEPT_TICKS - 1)];
        int age = entry.acknowledged < 0 ? 0 : tick - entry.acknowledged;
        int body = end + EntityCodec.HEAD_BYTES;
        int length = EntityCodec.TOO_FAR;
        if (age > 0 && age <= EntityCodec.MAX_AGE) {
            RandomEntity base = entry.past[(tick - age) & (Protocol.KEPT_TICKS - 1)];
            length =
                    EntityCodec.encodeDelta(
                            now.positions,
                            now.rotations,
                            0,
                            base.positions,
                            base.rotations,
                            0,
                            now.transforms,
                            message,
                            body);
        }
        if (length == EntityCodec.TOO_FAR) {
            age = 0;
            length =
                    EntityCodec.encodeWhole(
                            now.positions, now.rotations, 0, now.transforms, message, body);
        }
        EntityCodec.putHead(index, age, message, end);
        return body + length;
    }

    private int count() {
        int count = 0;
        for (Entry entry : entries) {
            count += entry == null ? 0 : 1;
        }
        return count;
    }
}
