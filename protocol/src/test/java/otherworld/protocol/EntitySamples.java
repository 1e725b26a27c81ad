package otherworld.protocol;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import otherworld.protocol.entity.EntityCodec;
import otherworld.protocol.entity.Quantised;

/** What a client has to make of messages of entities, for the published vectors. */
final class EntitySamples {
    private static final int TURNED = Rotation.ofYaw(1);
    private static final Pose HERE = new Pose(1.5f, 0, -2.25f, TURNED);
    private static final long ANNA_ID = 1L << 32 | 3;

    private static final EntityState ANNA =
            new EntityState(5, ANNA_ID, EntityKind.AVATAR, "anna", "", HERE, 0);
    private static final EntityState ANNA_WITH_HEAD =
            new EntityState(5, ANNA_ID, EntityKind.AVATAR, "anna", "robot", HERE, 1);
    private static final EntityState BEN =
            new EntityState(0, 9, EntityKind.AVATAR, "ben", "", Pose.ORIGIN, 7);
    private static final EntityState CHAIR =
            new EntityState(1023, 12, EntityKind.PROP, "anna", "chair", HERE, 0);

    private static final ServerMessage COME = states(1, 900, List.of(), ANNA, BEN, CHAIR);
    private static final long[] AT = {Quantised.root(1.5f, 0, -2.25f)};
    private static final long[] NEAR = {Quantised.root(1.5078125f, 0, -2.2617188f)};
    private static final long[] FURTHER = {Quantised.root(1.5f, 0.0625f, -2.25f)};
    private static final long[] FURTHEST = {Quantised.root(3.25f, -0.5f, -2.25f)};
    private static final int[] STRAIGHT = {Rotation.IDENTITY};
    private static final int[] SLIGHTLY = {Rotation.IDENTITY + (10 << 20)};
    private static final int[] OTHERWISE = {Rotation.pack(0.8, 0.1, 0.2, 0.3)};

    private static final long[] BODY = {
        Quantised.root(-4096, -4096, 4096),
        Quantised.joint(0, 1.75f, 0),
        Quantised.joint(-0.25f, 1, 0.125f),
        Quantised.joint(16, -16, 0),
    };
    private static final long[] BODY_MOVED = {
        BODY[0],
        Quantised.joint(0, 1.7470703f, 0.001953125f),
        Quantised.joint(-0.234375f, 1, 0.125f),
        Quantised.joint(15.75f, -15.75f, 0.25f),
    };
    private static final int[] TURNS = {TURNED, TURNED, Rotation.IDENTITY, OTHERWISE[0]};
    private static final int[] TURNS_MOVED = {
        TURNED, TURNED + 1, Rotation.IDENTITY - (16 << 10), TURNED
    };

    /** A message of one entity told whole and of one by its difference. */
    static final EntityUpdate EXAMPLE =
            update(7, 1000, whole(5, AT, STRAIGHT), delta(6, 4, NEAR, SLIGHTLY, AT, STRAIGHT));

    /**
     * @param arriving in this order
     * @param ends why the last of them is malformed; empty if it is not
     */
    record Case(String name, List<ServerMessage> arriving, String ends) {}

    static final List<Case> CASES =
            List.of(
                    sound("entities come", COME),
                    sound(
                            "entities go",
                            COME,
                            states(2, 905, List.of(0, 1023), new EntityState[0])),
                    sound(
                            "an index is given to another",
                            COME,
                            states(
                                    2,
                                    905,
                                    List.of(5),
                                    new EntityState(5, 77, EntityKind.PROP, "", "lamp", HERE, 0))),
                    sound("told whole", COME, update(1, 901, whole(5, AT, STRAIGHT))),
                    sound(
                            "each class of differences",
                            COME,
                            update(1, 901, whole(5, AT, STRAIGHT)),
                            update(2, 902, delta(5, 1, AT, STRAIGHT, AT, STRAIGHT)),
                            update(3, 903, delta(5, 2, NEAR, SLIGHTLY, AT, STRAIGHT)),
                            update(4, 904, delta(5, 3, FURTHER, STRAIGHT, AT, STRAIGHT)),
                            update(5, 905, delta(5, 4, FURTHEST, OTHERWISE, AT, STRAIGHT)),
                            update(6, 906, delta(5, 1, FURTHEST, OTHERWISE, FURTHEST, OTHERWISE))),
                    sound(
                            "head and hands",
                            COME,
                            update(1, 901, whole(0, BODY, TURNS), whole(5, AT, STRAIGHT)),
                            update(
                                    2,
                                    964,
                                    delta(0, 63, BODY_MOVED, TURNS_MOVED, BODY, TURNS),
                                    delta(5, 63, NEAR, STRAIGHT, AT, STRAIGHT))),
                    sound(
                            "ticks and numbers wrap",
                            states(1, 65_533, List.of(), ANNA),
                            update(65_534, 65_534, whole(5, AT, STRAIGHT)),
                            update(65_535, 65_535, delta(5, 1, NEAR, STRAIGHT, AT, STRAIGHT)),
                            update(0, 65_536, delta(5, 1, FURTHER, STRAIGHT, NEAR, STRAIGHT)),
                            update(1, 65_537, delta(5, 3, AT, SLIGHTLY, AT, STRAIGHT))),
                    sound(
                            "one that a newer has overtaken is kept and not shown",
                            COME,
                            update(1, 901, whole(5, AT, STRAIGHT)),
                            update(3, 903, delta(5, 2, NEAR, STRAIGHT, AT, STRAIGHT)),
                            update(2, 902, delta(5, 1, FURTHER, STRAIGHT, AT, STRAIGHT)),
                            update(4, 904, delta(5, 2, FURTHER, SLIGHTLY, FURTHER, STRAIGHT))),
                    sound(
                            "one that comes after its baseline was given up is not acknowledged",
                            COME,
                            update(1, 901, whole(5, AT, STRAIGHT)),
                            update(3, 965, whole(5, FURTHER, STRAIGHT)),
                            update(2, 902, delta(5, 1, NEAR, STRAIGHT, AT, STRAIGHT))),
                    sound(
                            "one that is 64 ticks late is not acknowledged",
                            COME,
                            update(1, 901, whole(5, AT, STRAIGHT)),
                            update(2, 965, whole(5, FURTHER, STRAIGHT)),
                            update(3, 901, whole(5, NEAR, STRAIGHT))),
                    sound(
                            "what is told twice is the same",
                            COME,
                            update(1, 901, whole(5, AT, STRAIGHT)),
                            update(2, 902, delta(5, 1, NEAR, STRAIGHT, AT, STRAIGHT)),
                            update(2, 902, delta(5, 1, NEAR, STRAIGHT, AT, STRAIGHT)),
                            update(1, 901, whole(5, AT, STRAIGHT))),
                    sound(
                            "33 later the oldest is acknowledged no more",
                            COME,
                            update(1, 901),
                            update(2, 901),
                            update(34, 902)),
                    sound("nothing came before", COME, update(40, 902), update(8, 902)),
                    sound(
                            "an update from before an entity changed is read up to it",
                            COME,
                            states(2, 910, List.of(), ANNA_WITH_HEAD),
                            update(
                                    1,
                                    909,
                                    whole(0, BODY, TURNS),
                                    whole(5, AT, STRAIGHT),
                                    whole(1023, AT, STRAIGHT))),
                    sound(
                            "an update from before an entity went is read up to it",
                            COME,
                            states(2, 910, List.of(5), new EntityState[0]),
                            update(1, 909, whole(5, AT, STRAIGHT), whole(0, BODY, TURNS))),
                    sound(
                            "what was known of an entity that changed is no baseline",
                            COME,
                            update(1, 901, whole(5, AT, STRAIGHT)),
                            states(2, 910, List.of(), ANNA_WITH_HEAD),
                            update(
                                    2,
                                    912,
                                    whole(
                                            5,
                                            new long[] {AT[0], BODY[1]},
                                            new int[] {TURNED, TURNED}))),
                    malformed("216", "BAD_DELTA", COME, told(), bytes(2, 902, "050401d8")),
                    malformed(
                            "a class of no transform",
                            "BAD_DELTA",
                            COME,
                            told(),
                            bytes(2, 902, "050410")),
                    malformed(
                            "a sixteenth bit",
                            "BAD_DELTA",
                            COME,
                            told(),
                            bytes(2, 902, "0504020080")),
                    malformed(
                            "a turn to no rotation",
                            "BAD_ROTATION",
                            COME,
                            told(),
                            bytes(2, 902, "05040cffffffff")),
                    malformed(
                            "a position of 64 bits",
                            "NUMBER_TOO_LARGE",
                            COME,
                            bytes(1, 901, "0500" + "ffffffffffffffff" + "fffdf7df")),
                    malformed("half a head", "TRUNCATED", COME, bytes(1, 901, "05")),
                    malformed("no body", "TRUNCATED", COME, bytes(1, 901, "0500")),
                    malformed(
                            "an index that no entity has",
                            "BAD_INDEX",
                            COME,
                            update(1, 901, whole(6, AT, STRAIGHT))),
                    malformed(
                            "against a tick that was not told",
                            "NO_BASELINE",
                            COME,
                            told(),
                            update(2, 903, delta(5, 1, NEAR, STRAIGHT, AT, STRAIGHT))),
                    malformed(
                            "against what was told before the entity changed",
                            "NO_BASELINE",
                            COME,
                            told(),
                            states(2, 910, List.of(), ANNA),
                            update(2, 911, delta(5, 10, NEAR, STRAIGHT, AT, STRAIGHT))),
                    malformed(
                            "an index without an entity goes",
                            "BAD_INDEX",
                            COME,
                            states(2, 901, List.of(6), new EntityState[0])),
                    malformed(
                            "an index is given to another before it is free",
                            "BAD_INDEX",
                            COME,
                            states(
                                    2,
                                    901,
                                    List.of(),
                                    new EntityState(5, 77, EntityKind.PROP, "", "lamp", HERE, 0))),
                    malformed(
                            "an entity at two indexes",
                            "BAD_INDEX",
                            COME,
                            states(
                                    2,
                                    901,
                                    List.of(),
                                    new EntityState(6, 12, EntityKind.PROP, "", "lamp", HERE, 0))),
                    malformed(
                            "a seventh joint",
                            "UNKNOWN_CODE",
                            states(
                                    1,
                                    901,
                                    List.of(),
                                    new EntityState(6, 12, EntityKind.AVATAR, "", "", HERE, 64))));

    private EntitySamples() {}

    private static ServerMessage told() {
        return update(1, 901, whole(5, AT, STRAIGHT));
    }

    private static Case sound(String name, ServerMessage... arriving) {
        return new Case(name, List.of(arriving), "");
    }

    private static Case malformed(String name, String reason, ServerMessage... arriving) {
        return new Case(name, List.of(arriving), reason);
    }

    private static EntityStates states(
            int number, int tick, List<Integer> left, EntityState... entities) {
        return new EntityStates(number, 1, tick, left, List.of(entities));
    }

    private static EntityUpdate update(int number, int tick, byte[]... entities) {
        byte[] all = new byte[Protocol.MAX_UPDATE_BYTES];
        int length = 0;
        for (byte[] entity : entities) {
            System.arraycopy(entity, 0, all, length, entity.length);
            length += entity.length;
        }
        return new EntityUpdate(number, tick & 0xffff, Rest.copyOf(all, 0, length));
    }

    private static EntityUpdate bytes(int number, int tick, String hex) {
        return update(number, tick, HexFormat.of().parseHex(hex));
    }

    private static byte[] whole(int index, long[] positions, int[] rotations) {
        byte[] bytes = new byte[EntityCodec.HEAD_BYTES + EntityCodec.MAX_BODY_BYTES];
        EntityCodec.putHead(index, 0, bytes, 0);
        int length = EntityCodec.encodeWhole(positions, rotations, 0, positions.length, bytes, 2);
        return Arrays.copyOf(bytes, 2 + length);
    }

    private static byte[] delta(
            int index, int age, long[] to, int[] turned, long[] from, int[] before) {
        byte[] bytes = new byte[EntityCodec.HEAD_BYTES + EntityCodec.MAX_BODY_BYTES];
        EntityCodec.putHead(index, age, bytes, 0);
        int length = EntityCodec.encodeDelta(to, turned, 0, from, before, 0, to.length, bytes, 2);
        if (length == EntityCodec.TOO_FAR) {
            throw new IllegalArgumentException("too far");
        }
        return Arrays.copyOf(bytes, 2 + length);
    }
}
