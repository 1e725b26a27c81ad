package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;
import otherworld.bots.BotResult.Verdict;
import otherworld.bots.Observation.Change;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.Joint;
import otherworld.protocol.JointPose;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.Rest;
import otherworld.protocol.Rotation;
import otherworld.protocol.entity.EntityCodec;
import otherworld.protocol.entity.Quantised;

/** Anna looks on as Ben walks; how a Replica reads messages is held by its own tests. */
class EntityViewTest {
    private static final EntityState ANNA = avatar(0, "anna");
    private static final EntityState BEN = avatar(1, "ben");
    private static final EntityState CHAIR =
            new EntityState(2, 12, EntityKind.PROP, "anna", "chair", Pose.ORIGIN, 0);

    private final Stats stats = new Stats();
    private final SentMoves bens = new SentMoves();
    private final EntityView view = new EntityView("anna", Map.of("ben", bens), stats);
    private final Observation observation =
            new Observation(
                    "anna",
                    new LogSource(
                            new InstanceId(new WorldId("default.plaza"), 0),
                            1,
                            URI.create("http://127.0.0.1:1")),
                    new Hearing());

    @BeforeEach
    void connect() {
        view.connected(15, 30);
    }

    @Test
    void whoComesAndGoesIsObserved() throws Exception {
        view.states(states(1, List.of(), ANNA, CHAIR), observation, 1_000_000);
        view.states(states(2, List.of(), BEN), observation, 2_000_000);
        assertThat(view.others()).containsExactly("ben");
        view.states(states(3, List.of(1)), observation, 3_000_000);
        assertThat(observation.changes())
                .containsExactly(
                        new Change.All(1_000, Set.of()),
                        new Change.Came(2_000, "ben"),
                        new Change.Went(3_000, "ben"));
        assertThat(view.everSeen()).containsExactly("ben");
        assertThat(view.acknowledgement()).isEqualTo(new Acknowledge(0, 0, 3));
    }

    @Test
    void whoIsThereAtFirstIsPartOfTheFirstObservation() throws Exception {
        view.states(states(1, List.of(), ANNA, BEN), observation, 1_000_000);
        assertThat(observation.changes()).containsExactly(new Change.All(1_000, Set.of("ben")));
    }

    @Test
    void ownPropsAreKnownByTheirOwner() throws Exception {
        assertThat(view.ownProps(states(1, List.of(), ANNA, BEN, CHAIR))).containsExactly(CHAIR);
    }

    @Test
    void theAgeOfAPlaceIsMeasuredByWhenItsPlayerSaidIt() throws Exception {
        view.states(states(1, List.of(), ANNA, BEN), observation, 1_000_000);
        bens.add(1_100, place(1), said(1));
        bens.add(1_150, place(2), said(2));
        view.update(told(1, 31, 1), 1_125_000);
        view.update(told(2, 32, 2), 1_190_000);
        view.update(told(3, 33, 2), 1_290_000); // stands
        view.update(told(4, 34, 9), 1_390_000); // somewhere else
        assertThat(stats.delivery.summary().count()).isEqualTo(2);
        assertThat(stats.delivery.summary().maxMs()).isBetween(39.9, 40.1);
        assertThat(stats.updateGap.summary().count()).isEqualTo(1);
        assertThat(stats.posesReceived.sum()).isEqualTo(3);
        assertThat(stats.movesOvertaken.sum()).isZero();
    }

    @Test
    void aBodyIsHeldToWhatItsPlayerSent() throws Exception {
        view.states(states(1, List.of(), ANNA, BEN), observation, 1_000_000);
        bens.add(1_100, place(1), said(1));
        view.update(told(1, 31, 1), 1_125_000);
        assertThat(stats.poses.verdict()).isInstanceOf(Verdict.Right.class);
        view.update(told(2, 32, 2), 1_190_000);
        assertThat(stats.poses.verdict())
                .isInstanceOfSatisfying(
                        Verdict.Wrong.class, wrong -> assertThat(wrong.count()).isEqualTo(1));
        bens.put(place(2)); // Ben was told last that the server had put him there
        assertThat(stats.poses.verdict()).isInstanceOf(Verdict.Right.class);
    }

    @Test
    void aHandThatWasElsewhereIsWrongThoughTheRootIsRight() throws Exception {
        List<JointPose> joints = List.of(new JointPose(Joint.HEAD, 0, 1.6f, 0, Rotation.IDENTITY));
        Pose here = new Pose(1, 0, 0, Rotation.IDENTITY);
        EntityState ben = new EntityState(1, 101, EntityKind.AVATAR, "ben", "", Pose.ORIGIN, 1);
        view.states(states(1, List.of(), ANNA, ben), observation, 1_000_000);
        bens.add(1_100, place(1), PoseDigest.of(here, joints));
        view.update(told(1, 31, place(1), Quantised.joint(0, 1.6f, 0)), 1_125_000);
        assertThat(stats.poses.verdict()).isInstanceOf(Verdict.Right.class);
        view.update(told(2, 32, place(1), Quantised.joint(0, 1.7f, 0)), 1_190_000);
        assertThat(stats.poses.verdict()).isInstanceOf(Verdict.Wrong.class);
    }

    @Test
    void aPlaceOfTheLastConnectionIsForgotten() throws Exception {
        view.states(states(1, List.of(), ANNA, BEN), observation, 1_000_000);
        view.ended(1_500);
        view.connected(15, 30);
        assertThat(view.others()).isEmpty();
        view.states(states(1, List.of(), ANNA), observation, 2_000_000);
        assertThat(view.others()).isEmpty();
    }

    private static EntityState avatar(int index, String player) {
        return new EntityState(index, 100 + index, EntityKind.AVATAR, player, "", Pose.ORIGIN, 0);
    }

    private static EntityStates states(int number, List<Integer> left, EntityState... entities) {
        return new EntityStates(number, 1, 30, left, List.of(entities));
    }

    private static long place(int x) {
        return Quantised.root(x, 0, 0);
    }

    private static long said(int x) {
        return PoseDigest.of(new Pose(x, 0, 0, Rotation.IDENTITY), List.of());
    }

    /** Ben's avatar is so many metres from the middle. */
    private static EntityUpdate told(int number, int tick, int x) {
        return told(number, tick, place(x));
    }

    private static EntityUpdate told(int number, int tick, long... positions) {
        byte[] bytes = new byte[Protocol.MAX_UPDATE_BYTES];
        int[] rotations = new int[positions.length];
        Arrays.fill(rotations, Rotation.IDENTITY);
        EntityCodec.putHead(BEN.index(), 0, bytes, 0);
        int length = EntityCodec.encodeWhole(positions, rotations, 0, positions.length, bytes, 2);
        return new EntityUpdate(number, tick, Rest.copyOf(bytes, 0, 2 + length));
    }
}
