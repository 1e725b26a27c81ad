package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.Rotation;
import otherworld.protocol.entity.Quantised;
import otherworld.world.Entities;
import otherworld.world.Zone;
import otherworld.world.Zones;

/** A world with viewers, its truth of the last ticks, and a clock that the test turns. */
final class Lab {
    static final int TICK_RATE_HZ = 30;
    static final float ZONE_M = 64;

    /** Truths are kept for so many ticks. */
    private static final int KEPT = 1 << 9;

    final Entities entities = new Entities();
    final Zones zones = new Zones(entities, ZONE_M);
    final Replication replication;
    final List<Client> clients = new ArrayList<>();
    final SplittableRandom random;
    int tick;
    int presenceRateHz = TICK_RATE_HZ;
    private long nextId = 1L << 32 | 1;
    private final Map<Long, Truth> truths = new HashMap<>();

    private static final class Truth {
        final long[][] positions = new long[KEPT][];
        final int[][] rotations = new int[KEPT][];
    }

    Lab(long seed, ReplicationSettings settings) {
        random = new SplittableRandom(seed);
        replication = new Replication(entities, zones, settings, TICK_RATE_HZ);
    }

    Lab(long seed) {
        this(seed, ReplicationSettings.of(7, TICK_RATE_HZ, ZONE_M));
    }

    int avatar(float x, float z, int joints) {
        long id = nextId++;
        int slot = entities.add(id, EntityKind.AVATAR, "player" + id, "", x, 0, z, yaw(), tick);
        entities.trackJoints(slot, joints, tick);
        zones.enter(slot);
        moveJoints(slot);
        return slot;
    }

    int prop(float x, float z) {
        long id = nextId++;
        int slot = entities.add(id, EntityKind.PROP, "builder", "chair", x, 0, z, yaw(), tick);
        zones.enter(slot);
        return slot;
    }

    void remove(int slot) {
        zones.leave(slot);
        entities.remove(slot);
    }

    /** Where it goes, and to another zone if it must. */
    void move(int slot, float x, float z) {
        entities.move(slot, x, entities.y(slot), z, turned(slot + tick * 0.02), tick);
        moveJoints(slot);
        changeZone(slot);
    }

    void place(int slot, float x, float z) {
        entities.place(slot, x, 0, z, yaw(), tick);
        changeZone(slot);
    }

    void step(int slot, float mostM) {
        move(
                slot,
                entities.x(slot) + (float) random.nextDouble(-mostM, mostM),
                entities.z(slot) + (float) random.nextDouble(-mostM, mostM));
    }

    private void changeZone(int slot) {
        if (zones.hasStrayed(slot)) {
            zones.leave(slot);
            zones.enter(slot);
        }
    }

    /** Hands and feet swing, and all trackers shake by half a millimetre. */
    private void moveJoints(int slot) {
        for (int bits = entities.joints(slot); bits != 0; bits &= bits - 1) {
            int joint = Integer.numberOfTrailingZeros(bits);
            double swing = joint == 0 ? 0 : 0.2 * Math.sin(tick * 0.2 + slot + joint);
            entities.moveJoint(
                    slot,
                    joint,
                    shaking(0.1 * joint),
                    shaking(1.6 - 0.25 * joint),
                    shaking(swing),
                    turned(slot * 0.7 + tick * 0.02 + swing));
        }
    }

    private float shaking(double metres) {
        return (float) (metres + random.nextDouble(-0.0005, 0.0005));
    }

    private int turned(double radians) {
        return Rotation.ofYaw(radians + random.nextDouble(-0.002, 0.002));
    }

    /** Everything about it is elsewhere at once. */
    void jump(int slot, float x, float z) {
        move(slot, x, z);
        entities.move(slot, x, 0, z, yaw(), tick);
        for (int bits = entities.joints(slot); bits != 0; bits &= bits - 1) {
            entities.moveJoint(
                    slot,
                    Integer.numberOfTrailingZeros(bits),
                    (float) random.nextDouble(-2, 2),
                    (float) random.nextDouble(0, 2),
                    (float) random.nextDouble(-2, 2),
                    yaw());
        }
    }

    private int yaw() {
        return Rotation.ofYaw(random.nextDouble(-3, 3));
    }

    Client client(int slot, Client.Network network) {
        Client client = new Client(this, slot, network);
        clients.add(client);
        return client;
    }

    void leave(Client client) {
        clients.remove(client);
        replication.close(client.viewer());
    }

    void tick() {
        tick++;
        remember();
        replication.tick(
                tick,
                (long) tick * presenceRateHz / TICK_RATE_HZ
                        != (tick - 1L) * presenceRateHz / TICK_RATE_HZ);
        zones.prune();
        for (Client client : clients) {
            client.deliver();
        }
    }

    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            tick();
        }
    }

    private void remember() {
        for (int slot = 0; slot < entities.slots(); slot++) {
            if (!entities.isAlive(slot) || entities.kind(slot) != EntityKind.AVATAR) {
                continue;
            }
            Truth truth = truths.computeIfAbsent(entities.id(slot), _ -> new Truth());
            int joints = entities.joints(slot);
            long[] positions = new long[Quantised.transforms(joints)];
            int[] rotations = new int[positions.length];
            positions[0] = Quantised.root(entities.x(slot), entities.y(slot), entities.z(slot));
            rotations[0] = entities.rotation(slot);
            int n = 0;
            for (int bits = joints; bits != 0; bits &= bits - 1) {
                int joint = Integer.numberOfTrailingZeros(bits);
                positions[++n] =
                        Quantised.joint(
                                entities.jointX(slot, joint),
                                entities.jointY(slot, joint),
                                entities.jointZ(slot, joint));
                rotations[n] = entities.jointRotation(slot, joint);
            }
            truth.positions[tick % KEPT] = positions;
            truth.rotations[tick % KEPT] = rotations;
        }
    }

    /** What a client shows of an avatar must be how it looked in the tick that the client says. */
    void assertTrue(Client client, int index) {
        int at = client.replica.tick(index);
        if (at < 0) {
            return;
        }
        EntityState state = client.replica.state(index);
        if (state == null) {
            throw new AssertionError("%s has nothing at %d".formatted(client, index));
        }
        long id = state.entity();
        Truth truth = truths.get(id);
        if (truth == null || at <= tick - KEPT) {
            return;
        }
        long[] positions = truth.positions[at % KEPT];
        assertThat(client.replica.transforms(index)).isEqualTo(positions.length);
        for (int i = 0; i < positions.length; i++) {
            if (client.replica.position(index, i) != positions[i]
                    || client.replica.rotation(index, i) != truth.rotations[at % KEPT][i]) {
                throw new AssertionError(
                        "%s: transform %d of entity %x is not what it was in tick %d, now is %d"
                                .formatted(client, i, id, at, tick));
            }
        }
    }

    /** Whether it must be seen, whatever else there is. */
    boolean isInSight(int viewer, int slot) {
        Zone zone = entities.zone(slot);
        return zone != null
                && (zone == entities.zone(viewer)
                        || (areNeighbours(viewer, slot) && distance(viewer, slot) <= ZONE_M / 2));
    }

    boolean areNeighbours(int viewer, int slot) {
        Zone a = entities.zone(viewer);
        Zone b = entities.zone(slot);
        return a != null
                && b != null
                && Math.abs(a.x() - b.x()) <= 1
                && Math.abs(a.z() - b.z()) <= 1;
    }

    double distance(int a, int b) {
        return Math.hypot(entities.x(a) - entities.x(b), entities.z(a) - entities.z(b));
    }
}
