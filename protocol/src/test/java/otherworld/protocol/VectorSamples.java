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
                    new Sample("hello with a ticket", new Hello(1, "eyJh.bGci.Ty1", "bots/0.1")),
                    new Sample("hello of another version", new Hello(2, "", "")),
                    new Sample("move", new MoveIntent(300, HERE, 1795253000123L)),
                    new Sample(
                            "greatest numbers",
                            new MoveIntent(Integer.MAX_VALUE, FAR, Long.MAX_VALUE)),
                    new Sample("place", new PlaceProp(1, "chair", HERE)),
                    new Sample("text of two to four bytes", new PlaceProp(2, "é漢🪑", FAR)),
                    new Sample(
                            "a byte order mark is a character", new Hello(1, "\ufeff\ufeffa", "")),
                    new Sample("move a prop", new MoveProp(127, 128, Pose.ORIGIN)),
                    new Sample("remove", new RemoveProp(16384, BIG)),
                    new Sample("ping", new Ping(7, 0)),
                    new Sample("leave", new Leave()));

    private static final AvatarState ANNA = new AvatarState(3, "anna", HERE, 1795253000123L);
    private static final AvatarState BEN = new AvatarState(200, "ben", FAR, 0);
    private static final PropState CHAIR = new PropState(12, "chair", HERE, "anna");

    static final List<Sample> SERVER =
            List.of(
                    new Sample(
                            "welcome",
                            new Welcome(
                                    1,
                                    2,
                                    "default.plaza",
                                    0,
                                    3,
                                    12,
                                    1795253000123456L,
                                    100,
                                    30,
                                    15,
                                    64,
                                    30_000,
                                    false,
                                    1795253000456L,
                                    0,
                                    HERE)),
                    new Sample(
                            "welcome back",
                            new Welcome(
                                    1,
                                    BIG,
                                    "default.plaza",
                                    99_999,
                                    4096,
                                    4095,
                                    BIG,
                                    4096,
                                    60,
                                    30,
                                    0.5f,
                                    0,
                                    true,
                                    0,
                                    77,
                                    FAR)),
                    new Sample(
                            "snapshot of an empty zone",
                            new ZoneSnapshot(1, 0, 0, 0, 0, 1, List.of(), List.of())),
                    new Sample(
                            "snapshot, last of two parts",
                            new ZoneSnapshot(
                                    1,
                                    900,
                                    -1,
                                    Integer.MIN_VALUE,
                                    1,
                                    2,
                                    List.of(ANNA, BEN),
                                    List.of(CHAIR))),
                    new Sample(
                            "presence",
                            new PresenceDelta(
                                    1,
                                    901,
                                    List.of(ANNA),
                                    List.of(
                                            new AvatarMove(200, HERE, 5),
                                            new AvatarMove(4, FAR, 6)),
                                    List.of(0, 127, 128))),
                    new Sample(
                            "correction",
                            new PositionCorrection(1, 902, 300, FAR, CorrectionReason.TOO_FAST)),
                    new Sample("props", new PropDelta(1, 903, List.of(CHAIR), List.of(9L, BIG))),
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

    private static final ServerMessage ANNA_IS_HERE =
            new ZoneSnapshot(1, 900, 0, 0, 0, 1, List.of(ANNA), List.of());

    /** What a client knows of a zone after messages that may be late: rules of Transports. */
    static final List<View> VIEWS =
            List.of(
                    new View(
                            "a move that a newer one has overtaken is dropped",
                            List.of(
                                    ANNA_IS_HERE,
                                    moved(904, new AvatarMove(3, FAR, 7)),
                                    moved(902, new AvatarMove(3, Pose.ORIGIN, 6))),
                            List.of(new Known(3, "anna", FAR))),
                    new View(
                            "a move from before the snapshot is dropped",
                            List.of(ANNA_IS_HERE, moved(899, new AvatarMove(3, FAR, 7))),
                            List.of(new Known(3, "anna", HERE))),
                    new View(
                            "a move of an avatar that is not known yet is ignored",
                            List.of(
                                    ANNA_IS_HERE,
                                    moved(904, new AvatarMove(200, HERE, 7)),
                                    new PresenceDelta(1, 902, List.of(BEN), List.of(), List.of())),
                            List.of(new Known(3, "anna", HERE), new Known(200, "ben", FAR))),
                    new View(
                            "where it stopped comes again and arrives",
                            List.of(
                                    ANNA_IS_HERE,
                                    moved(902, new AvatarMove(3, FAR, 7)), // 904 was lost
                                    moved(912, new AvatarMove(3, Pose.ORIGIN, 8))),
                            List.of(new Known(3, "anna", Pose.ORIGIN))),
                    new View(
                            "a late move brings nobody back who left",
                            List.of(
                                    ANNA_IS_HERE,
                                    new PresenceDelta(1, 904, List.of(), List.of(), List.of(3)),
                                    moved(902, new AvatarMove(3, FAR, 7))),
                            List.of()),
                    new View(
                            "a late move from before coming again is dropped",
                            List.of(
                                    ANNA_IS_HERE,
                                    new PresenceDelta(1, 904, List.of(), List.of(), List.of(3)),
                                    new PresenceDelta(1, 910, List.of(ANNA), List.of(), List.of()),
                                    moved(902, new AvatarMove(3, FAR, 7))),
                            List.of(new Known(3, "anna", HERE))),
                    new View(
                            "the order within a message is entered, moved, left",
                            List.of(
                                    ANNA_IS_HERE,
                                    new PresenceDelta(
                                            1,
                                            902,
                                            List.of(BEN),
                                            List.of(new AvatarMove(200, HERE, 7)),
                                            List.of(3))),
                            List.of(new Known(200, "ben", HERE))),
                    new View(
                            "part 0 of a snapshot replaces everything known",
                            List.of(
                                    ANNA_IS_HERE,
                                    new ZoneSnapshot(1, 906, 1, 0, 0, 1, List.of(BEN), List.of()),
                                    moved(904, new AvatarMove(3, FAR, 7))),
                            List.of(new Known(200, "ben", FAR))));

    private static PresenceDelta moved(int tick, AvatarMove move) {
        return new PresenceDelta(1, tick, List.of(), List.of(move), List.of());
    }

    /**
     * @param arriving in this order
     * @param known by avatar
     */
    record View(String name, List<ServerMessage> arriving, List<Known> known) {}

    record Known(int avatar, String player, Pose pose) {}

    record Sample(String name, Message message) {}

    private VectorSamples() {}
}
