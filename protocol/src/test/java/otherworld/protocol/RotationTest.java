package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RotationTest {
    @Test
    void noRotationIsExact() {
        assertThat(Rotation.IDENTITY).isEqualTo(3 << 30 | 511 << 20 | 511 << 10 | 511);
        assertThat(unpacked(Rotation.IDENTITY)).containsExactly(0, 0, 0, 1);
    }

    @Test
    void errorStaysBelowTheDocumentedBound() {
        Random random = new Random(7);
        float[] back = new float[4];
        double worst = 0;
        for (int i = 0; i < 1_000_000; i++) {
            double x = random.nextGaussian();
            double y = random.nextGaussian();
            double z = random.nextGaussian();
            double w = random.nextGaussian();
            double length = Math.sqrt(x * x + y * y + z * z + w * w);
            int packed = Rotation.pack(x, y, z, w);
            assertThat(Rotation.isValid(packed)).isTrue();
            Rotation.unpack(packed, back);
            double cosine =
                    Math.abs(x * back[0] + y * back[1] + z * back[2] + w * back[3]) / length;
            worst = Math.max(worst, 2 * Math.toDegrees(Math.acos(Math.min(1, cosine))));
        }
        assertThat(worst).isLessThan(0.26);
    }

    @Test
    void packingWhatWasUnpackedChangesNothingUnlessTwoComponentsTie() {
        Random random = new Random(8);
        for (int i = 0; i < 100_000; i++) {
            int packed = Rotation.ofYaw(random.nextDouble() * 7);
            float[] q = unpacked(packed);
            if (Math.abs(Math.abs(q[1]) - Math.abs(q[3])) > 0.01) {
                assertThat(Rotation.pack(q[0], q[1], q[2], q[3])).isEqualTo(packed);
            }
        }
    }

    @Test
    void anyValidBitsUnpackToAUnitQuaternion() {
        Random random = new Random(9);
        for (int i = 0; i < 100_000; i++) {
            int bits = random.nextInt();
            if (Rotation.isValid(bits)) {
                float[] q = unpacked(bits);
                assertThat(Math.sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]))
                        .isCloseTo(1, within(1e-6));
            }
        }
    }

    @Test
    void zeroAndNotANumberAreNoRotation() {
        assertThatIllegalArgumentException().isThrownBy(() -> Rotation.pack(0, 0, 0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> Rotation.pack(Double.NaN, 0, 0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Rotation.pack(Double.POSITIVE_INFINITY, 0, 0, 1));
    }

    private static float[] unpacked(int packed) {
        float[] quaternion = new float[4];
        Rotation.unpack(packed, quaternion);
        return quaternion;
    }
}
