package otherworld.protocol;

import java.util.List;

/** The messages that the published vectors show. */
final class VectorSamples {
    private static final Pose HERE = new Pose(1.5f, 0, -2.25f, Rotation.ofYaw(1));
    private static final Pose FAR =
            new Pose(-1000.125f, 64, 0.0009765625f, Rotation.pack(-0.5, 0.5, 0.5, -0.5));
    private static final long BIG = (1L << 53) - 1;

    static final List<Sample> CLIENT =
            List.of(
                    new Sample(
                            "hello with a ticket", new Hello(2, 2, 0, "eyJh.bGci.Ty1", "bots/0.1")),
                    new Sample("hello of a newer client", new Hello(3, 2, 5, "", "")),
                    new Sample("move", new MoveIntent(300, HERE, List.of())),
                    new Sample(
                            "greatest numbers", new MoveIntent(Integer.MAX_VALUE, FAR, List.of())),
                    new Sample(
                            "move with head and hands",
                            new MoveIntent(
                                    301,
                                    HERE,
                                    List.of(
                                            joint(Joint.HEAD, 0, 1.75f, 0),
                                            joint(Joint.LEFT_HAND, -0.25f, 1, 0.125f),
                                            joint(Joint.RIGHT_HAND, 0.25f, 1, 0.125f)))),
                    new Sample("place", new PlaceEntity(1, "chair", HERE)),
                    new Sample("text of two to four bytes", new PlaceEntity(2, "é漢🪑", FAR)),
                    new Sample(
                            "a byte order mark is a character",
                            new Hello(2, 2, 0, "\ufeff\ufeffa", "")),
                    new Sample("move what was placed", new MoveEntity(127, 128, Pose.ORIGIN)),
                    new Sample("remove", new RemoveEntity(16384, BIG)),
                    new Sample("ping", new Ping(7, 0)),
                    new Sample("nothing has come", new Acknowledge(0, 0, 0)),
                    new Sample("acknowledge", new Acknowledge(65535, 0x8000_0001, 16384)),
                    new Sample("leave", new Leave()));

    private static final EntityState ANNA =
            new EntityState(0, 1L << 32 | 3, EntityKind.AVATAR, "anna", "", HERE, 7);
    private static final EntityState BEN =
            new EntityState(1023, 200, EntityKind.AVATAR, "ben", "", FAR, 0);
    private static final EntityState CHAIR =
            new EntityState(128, 12, EntityKind.PROP, "anna", "chair", HERE, 0);

    private static JointPose joint(Joint joint, float dx, float dy, float dz) {
        return new JointPose(joint, dx, dy, dz, Rotation.ofYaw(1));
    }

    static final List<Sample> SERVER =
            List.of(
                    new Sample(
                            "welcome",
                            new Welcome(
                                    2,
                                    0,
                                    2,
                                    "default.plaza",
                                    0,
                                    1L << 32 | 3,
                                    12,
                                    1795253000123456L,
                                    100,
                                    30,
                                    15,
                                    64,
                                    32,
                                    30_000,
                                    false,
                                    1795253000456L,
                                    0,
                                    HERE)),
                    new Sample(
                            "welcome back",
                            new Welcome(
                                    2,
                                    BIG,
                                    BIG,
                                    "default.plaza",
                                    99_999,
                                    BIG,
                                    4095,
                                    BIG,
                                    4096,
                                    60,
                                    30,
                                    0.5f,
                                    0.25f,
                                    0,
                                    true,
                                    0,
                                    77,
                                    FAR)),
                    new Sample(
                            "nothing comes or goes",
                            new EntityStates(1, 1, 0, List.of(), List.of())),
                    new Sample(
                            "entities",
                            new EntityStates(
                                    128,
                                    1,
                                    900,
                                    List.of(0, 127, 128, 1023),
                                    List.of(ANNA, BEN, CHAIR))),
                    new Sample("update of nothing", new EntityUpdate(0, 65535, Rest.NONE)),
                    new Sample("update", EntitySamples.EXAMPLE),
                    new Sample(
                            "correction",
                            new PositionCorrection(1, 902, 300, FAR, CorrectionReason.TOO_FAST)),
                    new Sample("applied", new EditApplied(1, 1, 12)),
                    new Sample("durable", new EditDurable(1, List.of(1L, 2L, 16384L))),
                    new Sample(
                            "refused",
                            new EditRefused(4, RefusalReason.STORAGE_SLOW, "database is behind")),
                    new Sample("pong", new Pong(7, 0, 1795253000456L)),
                    new Sample("notice", new Notice(NoticeKind.THAWED, "")),
                    new Sample(
                            "goodbye",
                            new Goodbye(GoodbyeReason.CLOSING, 1500, "rollout – à bientôt")));

    record Sample(String name, Message message) {}

    private VectorSamples() {}
}
