package otherworld.protocol.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.MalformedMessage.Reason;
import otherworld.protocol.Rotation;

class EntityCodecTest {
    private static final int ROUNDS = 200_000;
    private static final byte MARK = 0x55;

    private final byte[] bytes = new byte[EntityCodec.MAX_BODY_BYTES + 8];
    private final long[] positions = new long[Quantised.MAX_TRANSFORMS];
    private final int[] rotations = new int[Quantised.MAX_TRANSFORMS];

    @Test
    void whatIsWrittenAgainstABaselineIsReadBackAgainstIt() throws Exception {
        Random random = seeded();
        int told = 0;
        for (int round = 0; round < ROUNDS; round++) {
            RandomEntity base = entity(random);
            RandomEntity now = base.moved((2 << random.nextInt(9)) - 1);
            Arrays.fill(bytes, MARK);
            int length = encodeDelta(now, base);
            assertThat(length).isNotEqualTo(EntityCodec.TOO_FAR); // no lane went 512 steps
            assertThat(length).isBetween(1, EntityCodec.wholeBytes(now.transforms));
            assertThat(decodeDelta(base, length)).isEqualTo(length);
            assertIs(now);
            assertThat(EntityCodec.skipDelta(bytes, 0, length, now.transforms)).isEqualTo(length);
            told += length;
        }
        assertThat(told).isPositive();
    }

    @Test
    void whatIsWrittenWholeIsReadBack() throws Exception {
        Random random = seeded();
        for (int round = 0; round < ROUNDS; round++) {
            RandomEntity entity = entity(random);
            int length = encodeWhole(entity);
            assertThat(length).isEqualTo(EntityCodec.wholeBytes(entity.transforms));
            int end =
                    EntityCodec.decodeWhole(
                            bytes, 0, length, entity.transforms, positions, rotations, 0);
            assertThat(end).isEqualTo(length);
            assertIs(entity);
        }
    }

    @Test
    void classesTakeTheirBytes() {
        assertThat(lengthOfMove(0, 0, 0)).isEqualTo(1);
        assertThat(lengthOfMove(-3, 2, 0)).isEqualTo(2);
        assertThat(lengthOfMove(0, 3, 0)).isEqualTo(3);
        assertThat(lengthOfMove(-16, 15, -4)).isEqualTo(3);
        assertThat(lengthOfMove(0, 0, 16)).isEqualTo(5);
        assertThat(lengthOfMove(-512, 511, 0)).isEqualTo(5);
        assertThat(lengthOfMove(512, 0, 0)).isEqualTo(EntityCodec.TOO_FAR);
        assertThat(lengthOfMove(0, 0, -513)).isEqualTo(EntityCodec.TOO_FAR);
    }

    /** The bytes that docs/protocol.md shows. */
    @Test
    void theBytesAreThoseOfTheDocument() {
        long[] at = {Quantised.root(1.5f, 0, -2.25f), Quantised.joint(0, 1.75f, 0)};
        int[] turned = {Rotation.IDENTITY, Rotation.IDENTITY};
        int length = EntityCodec.encodeWhole(at, turned, 0, 2, bytes, 0);
        assertThat(hex(length))
                .isEqualTo("800110000002f73f" + "fffdf7df" + "000000070000" + "fffdf7df");
        long[] now = {Quantised.root(1.5f + 2 / 256f, 0, -2.25f - 3 / 256f), at[1]};
        int[] turning = {Rotation.IDENTITY, Rotation.IDENTITY + (10 << 20)};
        length = EntityCodec.encodeDelta(now, turning, 0, at, turned, 0, 2, bytes, 0);
        assertThat(hex(length)).isEqualTo("81" + "17" + "0a00");
    }

    @Test
    void quantisingMissesByHalfAStepAndIsBounded() {
        long root = Quantised.root(-4095.996f, 63.998f, 12.3456f);
        assertThat(Quantised.x(root, Quantised.ROOT_STEPS)).isCloseTo(-4095.996f, within(0.002f));
        assertThat(Quantised.y(root, Quantised.ROOT_STEPS)).isCloseTo(63.998f, within(0.002f));
        assertThat(Quantised.z(root, Quantised.ROOT_STEPS)).isCloseTo(12.3456f, within(0.002f));
        long far = Quantised.root(5000, -5000, 4096);
        assertThat(Quantised.x(far, Quantised.ROOT_STEPS)).isCloseTo(4096f, within(0.004f));
        assertThat(Quantised.y(far, Quantised.ROOT_STEPS)).isEqualTo(-4096f);
        long hand = Quantised.joint(-0.12345f, 20, -20);
        assertThat(Quantised.x(hand, Quantised.JOINT_STEPS)).isCloseTo(-0.12345f, within(0.0005f));
        assertThat(Quantised.y(hand, Quantised.JOINT_STEPS)).isEqualTo(16f);
        assertThat(Quantised.z(hand, Quantised.JOINT_STEPS)).isEqualTo(-16f);
    }

    @Test
    void aHeadHoldsIndexAndAge() {
        EntityCodec.putHead(1023, 63, bytes, 0);
        EntityCodec.putHead(5, 0, bytes, 2);
        assertThat(hex(4)).isEqualTo("ffff0500");
        assertThat(EntityCodec.index(0xffff)).isEqualTo(1023);
        assertThat(EntityCodec.age(0xffff)).isEqualTo(63);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EntityCodec.putHead(1024, 0, bytes, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> EntityCodec.putHead(0, 64, bytes, 0));
    }

    @Test
    void whateverTheBytesADecoderAnswersWithAnEntityOrMalformedMessage() {
        Random random = seeded();
        Set<Reason> seen = EnumSet.noneOf(Reason.class);
        for (int round = 0; round < ROUNDS; round++) {
            RandomEntity base = entity(random);
            boolean whole = random.nextInt(4) == 0;
            int length = whole ? encodeWhole(base) : encodeDelta(base.moved(60), base);
            for (int i = random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(length)] = (byte) random.nextInt(256);
            }
            // Nothing behind the end is there to be read.
            byte[] cut =
                    Arrays.copyOf(bytes, random.nextInt(8) == 0 ? random.nextInt(length) : length);
            int n = base.transforms;
            try {
                int end =
                        whole
                                ? EntityCodec.decodeWhole(
                                        cut, 0, cut.length, n, positions, rotations, 0)
                                : EntityCodec.decodeDelta(
                                        cut,
                                        0,
                                        cut.length,
                                        n,
                                        base.positions,
                                        base.rotations,
                                        0,
                                        positions,
                                        rotations,
                                        0);
                assertThat(end).isBetween(1, cut.length);
                for (int i = 0; i < n; i++) {
                    assertThat(positions[i]).isNotNegative();
                    assertThat(Rotation.isValid(rotations[i])).isTrue();
                }
                if (!whole) {
                    assertThat(EntityCodec.skipDelta(cut, 0, cut.length, n)).isEqualTo(end);
                }
            } catch (MalformedMessage e) {
                seen.add(e.reason());
            }
        }
        assertThat(seen)
                .isEqualTo(
                        EnumSet.of(
                                Reason.TRUNCATED,
                                Reason.BAD_DELTA,
                                Reason.BAD_ROTATION,
                                Reason.NUMBER_TOO_LARGE));
    }

    @Test
    void bitsThatStandForNothingAreMalformed() {
        RandomEntity one = new RandomEntity(new Random(1), 1);
        assertMalformed(one, "10", Reason.BAD_DELTA); // a nibble of no transform
        assertMalformed(one, "01d8", Reason.BAD_DELTA); // 216
        assertMalformed(one, "020080", Reason.BAD_DELTA); // the sixteenth bit
        assertMalformed(one, "0300000040", Reason.BAD_DELTA); // the thirty-first
        assertMalformed(one, "080080", Reason.BAD_DELTA);
        assertMalformed(one, "0cffffffff", Reason.BAD_ROTATION);
        assertMalformed(one, "0c", Reason.TRUNCATED);
        assertMalformed(one, "", Reason.TRUNCATED);
    }

    @Test
    void nothingIsAllocated() throws Exception {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        RandomEntity base = new RandomEntity(new Random(3), 4);
        RandomEntity now = base.moved(20);
        rounds(base, now, 20_000);
        long before = thread.getCurrentThreadAllocatedBytes();
        rounds(base, now, 20_000);
        assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
    }

    private void rounds(RandomEntity base, RandomEntity now, int rounds) throws MalformedMessage {
        for (int i = 0; i < rounds; i++) {
            decodeDelta(base, encodeDelta(now, base));
            int length = encodeWhole(now);
            EntityCodec.decodeWhole(bytes, 0, length, 4, positions, rotations, 0);
        }
    }

    private void assertMalformed(RandomEntity base, String hex, Reason reason) {
        byte[] in = HexFormat.of().parseHex(hex);
        System.arraycopy(in, 0, bytes, 0, in.length);
        assertThatThrownBy(() -> decodeDelta(base, in.length)).isSameAs(reason.exception());
    }

    private static Random seeded() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        return new Random(seed);
    }

    private static RandomEntity entity(Random random) {
        return new RandomEntity(random, 1 + random.nextInt(Quantised.MAX_TRANSFORMS));
    }

    private int lengthOfMove(int x, int y, int z) {
        RandomEntity base = new RandomEntity(new Random(2), 1);
        base.positions[0] = Quantised.packed(5000, 5000, 5000);
        RandomEntity now = base.moved(1);
        now.positions[0] = Quantised.packed(5000 + x, 5000 + y, 5000 + z);
        now.rotations[0] = base.rotations[0];
        return encodeDelta(now, base);
    }

    private int encodeDelta(RandomEntity now, RandomEntity base) {
        return EntityCodec.encodeDelta(
                now.positions,
                now.rotations,
                0,
                base.positions,
                base.rotations,
                0,
                now.transforms,
                bytes,
                0);
    }

    private int encodeWhole(RandomEntity entity) {
        return EntityCodec.encodeWhole(
                entity.positions, entity.rotations, 0, entity.transforms, bytes, 0);
    }

    private int decodeDelta(RandomEntity base, int length) throws MalformedMessage {
        return EntityCodec.decodeDelta(
                bytes,
                0,
                length,
                base.transforms,
                base.positions,
                base.rotations,
                0,
                positions,
                rotations,
                0);
    }

    private void assertIs(RandomEntity entity) {
        for (int i = 0; i < entity.transforms; i++) {
            assertThat(positions[i]).isEqualTo(entity.positions[i]);
            assertThat(rotations[i]).isEqualTo(entity.rotations[i]);
        }
    }

    private String hex(int length) {
        return HexFormat.of().formatHex(bytes, 0, length);
    }
}
