package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import otherworld.protocol.Joint;
import otherworld.protocol.JointPose;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;

class WalkerTest {
    private static final Walker.Area AREA = new Walker.Area(-64, 64);

    @Test
    void theSameSeedWalksTheSameWay() {
        assertThat(walk(1, 2000)).isEqualTo(walk(1, 2000)).isNotEqualTo(walk(2, 2000));
    }

    @Test
    void staysInTheAreaAndBelowItsSpeed() {
        List<Pose> walk = walk(3, 20_000);
        for (int i = 1; i < walk.size(); i++) {
            Pose before = walk.get(i - 1);
            Pose now = walk.get(i);
            assertThat(AREA.contains(now.x(), now.z())).isTrue();
            assertThat(Math.hypot(now.x() - before.x(), now.z() - before.z()))
                    .isLessThanOrEqualTo(Walker.FASTEST_M_PER_S * 0.05 + 1e-4);
        }
    }

    @Test
    void crossesZones() {
        assertThat(
                        walk(4, 20_000).stream()
                                .map(pose -> (pose.x() < 0) + "/" + (pose.z() < 0))
                                .distinct())
                .hasSize(4);
    }

    @Test
    void aPauseIsNoLeap() {
        Walker walker = new Walker(new SplittableRandom(5), AREA);
        walker.standAt(Pose.ORIGIN);
        walker.goTo(60, 60);
        walker.step(30);
        assertThat(Math.hypot(walker.pose().x(), walker.pose().z()))
                .isLessThanOrEqualTo(Walker.FASTEST_M_PER_S * Walker.LONGEST_STEP_S + 1e-4);
    }

    @Test
    void standsWhereTheServerSays() {
        Walker walker = new Walker(new SplittableRandom(6), AREA);
        Pose there = new Pose(3, 1, -4, Rotation.ofYaw(2));
        walker.standAt(there);
        assertThat(walker.pose()).isEqualTo(there);
    }

    @Test
    void looksWhereItGoes() {
        Walker walker = new Walker(new SplittableRandom(7), AREA);
        walker.standAt(Pose.ORIGIN);
        walker.goTo(0, -50);
        walker.step(0.05);
        assertThat(walker.pose().rotation()).isEqualTo(Rotation.IDENTITY);
    }

    @Test
    void headAndHandsGoWithIt() {
        Walker walker = new Walker(new SplittableRandom(7), AREA);
        walker.standAt(Pose.ORIGIN);
        List<JointPose> before = walker.joints();
        assertThat(before)
                .extracting(JointPose::joint)
                .containsExactly(Joint.HEAD, Joint.LEFT_HAND, Joint.RIGHT_HAND);
        walker.goTo(0, -50);
        for (int i = 0; i < 200; i++) {
            walker.step(0.05);
            for (JointPose joint : walker.joints()) {
                assertThat(Math.hypot(joint.dx(), joint.dz())).isLessThan(0.5);
                assertThat(joint.dy()).isBetween(0.9f, 1.7f);
                assertThat(joint.rotation()).isEqualTo(walker.pose().rotation());
            }
        }
        assertThat(walker.joints()).isNotEqualTo(before);
    }

    @Test
    void anEmptyAreaIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Walker.Area(1, 1));
    }

    private static List<Pose> walk(long seed, int steps) {
        Walker walker = new Walker(new SplittableRandom(seed), AREA);
        walker.standAt(Pose.ORIGIN);
        List<Pose> poses = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            walker.step(0.05);
            poses.add(walker.pose());
        }
        return poses;
    }
}
