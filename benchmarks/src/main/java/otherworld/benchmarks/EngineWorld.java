package otherworld.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import otherworld.protocol.EntityKind;
import otherworld.protocol.Rotation;
import otherworld.protocol.entity.Quantised;
import otherworld.replication.Replication;
import otherworld.replication.ReplicationSettings;
import otherworld.replication.ViewerLink;
import otherworld.world.Entities;
import otherworld.world.Zones;

/**
 * World and replication without sockets: avatars that walk, talk with their hands or stand about in
 * one zone, all of them viewers. Trackers shake by half a millimetre and a tenth of a degree, so
 * everything changes in every tick.
 */
final class EngineWorld {
    static final float ZONE_M = 64;

    /** Truths are kept for so many ticks. */
    private static final int KEPT = 256;

    private static final double SHAKE_M = 0.0005;
    private static final double SHAKE_RADIANS = 0.0017;
    private static final double STEP_M_PER_S = 1.4;
    private static final float MARGIN_M = 0.5f;

    final Entities entities;
    final Replication replication;
    final int[] slots;
    private final Zones zones;
    private final SplittableRandom random;
    private final int rateHz;
    private final int joints;
    private final double[] headings;
    private final long[][] truePositions;
    private final int[][] trueRotations;
    int tick;

    EngineWorld(int avatars, int joints, int rateHz, long seed) {
        this.rateHz = rateHz;
        this.joints = joints;
        random = new SplittableRandom(seed);
        entities = new Entities(avatars);
        zones = new Zones(entities, ZONE_M);
        replication =
                new Replication(entities, zones, ReplicationSettings.of(1, rateHz, ZONE_M), rateHz);
        slots = new int[avatars];
        headings = new double[avatars];
        truePositions = new long[avatars][KEPT];
        trueRotations = new int[avatars][KEPT];
        for (int i = 0; i < avatars; i++) {
            slots[i] =
                    entities.add(
                            1L << 32 | i + 1,
                            EntityKind.AVATAR,
                            "player-" + i,
                            "",
                            place(),
                            0,
                            place(),
                            Rotation.IDENTITY,
                            0);
            entities.trackJoints(slots[i], joints, 0);
            zones.enter(slots[i]);
            headings[i] = random.nextDouble(Math.TAU);
        }
    }

    /** Everybody is told what is around them. */
    void open(List<? extends ViewerLink> links) {
        for (int i = 0; i < links.size(); i++) {
            replication.open(links.get(i), slots[i]);
        }
    }

    private float place() {
        return (float) random.nextDouble(MARGIN_M, ZONE_M - MARGIN_M);
    }

    /** What one player says of itself, for all players. */
    void move() {
        tick++;
        for (int i = 0; i < slots.length; i++) {
            move(i);
        }
    }

    /** What the server has for one tick. */
    void replicate() {
        replication.tick(tick, true);
    }

    /** Takes down how all are, for {@link #isTrue}; not part of what is measured. */
    void remember() {
        for (int i = 0; i < slots.length; i++) {
            int slot = slots[i];
            truePositions[i][tick % KEPT] =
                    Quantised.root(entities.x(slot), entities.y(slot), entities.z(slot));
            trueRotations[i][tick % KEPT] = entities.rotation(slot);
        }
    }

    /** Whether an avatar's root was so in a tick; one that is too long ago is believed. */
    boolean isTrue(int avatar, int at, long position, int rotation) {
        return at <= tick - KEPT
                || (truePositions[avatar][at % KEPT] == position
                        && trueRotations[avatar][at % KEPT] == rotation);
    }

    /** Six of ten walk, three talk and turn, one stands. */
    private void move(int i) {
        int slot = slots[i];
        float x = entities.x(slot);
        float z = entities.z(slot);
        int kind = i % 10;
        if (kind < 6) {
            headings[i] += random.nextDouble(-0.05, 0.05);
            double step = STEP_M_PER_S / rateHz;
            x += (float) (Math.sin(headings[i]) * step);
            z += (float) (Math.cos(headings[i]) * step);
            if (x < MARGIN_M || x > ZONE_M - MARGIN_M || z < MARGIN_M || z > ZONE_M - MARGIN_M) {
                headings[i] += Math.PI / 2;
                x = Math.clamp(x, MARGIN_M, ZONE_M - MARGIN_M);
                z = Math.clamp(z, MARGIN_M, ZONE_M - MARGIN_M);
            }
        } else if (kind < 9) {
            headings[i] += 0.02 * Math.sin((tick + i) * 0.05);
        }
        entities.move(
                slot, x + shake(), 0, z + shake(), Rotation.ofYaw(headings[i] + turn()), tick);
        for (int bits = joints; bits != 0; bits &= bits - 1) {
            int joint = Integer.numberOfTrailingZeros(bits);
            double swing = joint == 0 ? 0 : 0.25 * Math.sin(tick * 0.2 + i + 3 * joint);
            double nod = joint == 0 ? 0.1 * Math.sin(tick * 0.07 + i) : swing;
            entities.moveJoint(
                    slot,
                    joint,
                    (float) (0.1 * joint) + shake(),
                    (float) (1.65 - 0.2 * joint) + shake(),
                    (float) swing + shake(),
                    Rotation.ofYaw(headings[i] + nod + turn()));
        }
        if (zones.hasStrayed(slot)) {
            throw new IllegalStateException("An avatar left the zone");
        }
    }

    private float shake() {
        return (float) random.nextDouble(-SHAKE_M, SHAKE_M);
    }

    private double turn() {
        return random.nextDouble(-SHAKE_RADIANS, SHAKE_RADIANS);
    }

    double distance(int avatar, int other) {
        return Math.hypot(
                entities.x(slots[avatar]) - entities.x(slots[other]),
                entities.z(slots[avatar]) - entities.z(slots[other]));
    }

    List<Integer> nearest(int avatar, int count) {
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < slots.length; i++) {
            if (i != avatar) {
                others.add(i);
            }
        }
        others.sort((a, b) -> Double.compare(distance(avatar, a), distance(avatar, b)));
        return others.subList(0, Math.min(count, others.size()));
    }
}
