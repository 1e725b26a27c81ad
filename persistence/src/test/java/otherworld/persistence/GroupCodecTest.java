package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;

class GroupCodecTest {
    private static final HexFormat HEX = HexFormat.of();

    private static final List<Edit> GROUP =
            List.of(
                    new Edit(
                            new PlayerId("ann"),
                            300,
                            List.of(
                                    new EntityPatch(7, false, new byte[] {1, 2, 3}),
                                    new EntityPatch(Long.MAX_VALUE, true, new byte[0])),
                            new byte[] {9}),
                    new Edit(
                            new PlayerId("b"),
                            0,
                            List.of(new EntityPatch(1, false, new byte[0])),
                            new byte[0]));

    /** What is in databases: a change here is a new version. */
    private static final String VERSION_1 =
            "0102"
                    + "03616e6eac02010902"
                    + "070003010203"
                    + "ffffffffffffffff7f0100"
                    + "0162000001"
                    + "010000";

    @Test
    void aStoredGroupOfVersion1IsReadForEver() {
        assertThat(HEX.formatHex(GroupCodec.encode(GROUP))).isEqualTo(VERSION_1);
        assertThat(HEX.formatHex(GroupCodec.encode(GroupCodec.decode(HEX.parseHex(VERSION_1)))))
                .isEqualTo(VERSION_1);
    }

    @Test
    void whatIsEncodedIsDecoded() {
        List<Edit> decoded = GroupCodec.decode(GroupCodec.encode(GROUP));
        assertThat(decoded).usingRecursiveComparison().isEqualTo(GROUP);
    }

    @Test
    void theLargestGroupFits() {
        Edit largest =
                new Edit(
                        new PlayerId("x".repeat(PlayerId.MAX_LENGTH)),
                        Long.MAX_VALUE,
                        List.of(new EntityPatch(1, false, new byte[EntityPatch.MAX_BODY_BYTES])),
                        new byte[Edit.MAX_RESULT_BYTES]);
        byte[] bytes = GroupCodec.encode(Collections.nCopies(100, largest));
        assertThat(bytes.length).isLessThanOrEqualTo(100 * largest.encodedBytes() + 16);
        assertThat(GroupCodec.decode(bytes)).hasSize(100);
    }

    @Test
    void anEditIsTakenAtItsLimitsAndRefusedBeyond() {
        PlayerId player = new PlayerId("p");
        EntityPatch patch = new EntityPatch(1, false, new byte[8]);
        byte[] none = new byte[0];
        assertThatCode(
                        () -> {
                            new Edit(player, 1, Collections.nCopies(Edit.MAX_PATCHES, patch), none);
                            new Edit(player, 1, List.of(patch), new byte[Edit.MAX_RESULT_BYTES]);
                            new EntityPatch(1, false, new byte[EntityPatch.MAX_BODY_BYTES]);
                        })
                .doesNotThrowAnyException();
        refused(() -> new Edit(player, 1, List.of(), none), "1 to 64 patches, not 0");
        refused(
                () -> new Edit(player, 1, Collections.nCopies(Edit.MAX_PATCHES + 1, patch), none),
                "not 65");
        refused(
                () -> new Edit(player, 1, List.of(patch), new byte[Edit.MAX_RESULT_BYTES + 1]),
                "at most 1024 bytes, not 1025");
        refused(
                () -> new EntityPatch(1, false, new byte[EntityPatch.MAX_BODY_BYTES + 1]),
                "4097 bytes, more than 4096");
        refused(() -> new EntityPatch(0, false, none), "must be positive");
        refused(() -> new EntityPatch(1, true, new byte[1]), "is removed and has a body");
        EntityPatch large = new EntityPatch(1, false, new byte[EntityPatch.MAX_BODY_BYTES]);
        refused(
                () -> new Edit(player, 1, Collections.nCopies(8, large), none),
                "at most 32768 bytes");
    }

    private static void refused(Runnable making, String why) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(making::run)
                .withMessageContaining(why);
    }

    @Test
    void damagedBytesAreRefusedAndNothingElseHappens() {
        byte[] good = GroupCodec.encode(GROUP);
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThatExceptionOfType(GroupCodec.MalformedGroup.class)
                    .isThrownBy(() -> GroupCodec.decode(cut));
        }
        assertThatExceptionOfType(GroupCodec.MalformedGroup.class)
                .isThrownBy(() -> GroupCodec.decode(Arrays.copyOf(good, good.length + 1)))
                .withMessageContaining("1 bytes left over");
        byte[] later = good.clone();
        later[0] = 2;
        assertThatExceptionOfType(GroupCodec.MalformedGroup.class)
                .isThrownBy(() -> GroupCodec.decode(later))
                .withMessageContaining("version 2");
    }

    @Test
    void randomBytesEndInAGroupOrARefusal() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        byte[] good = GroupCodec.encode(GROUP);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                bytes[random.nextInt(1, bytes.length)] = (byte) random.nextInt();
            }
            try {
                GroupCodec.decode(bytes);
            } catch (GroupCodec.MalformedGroup refused) {
                assertThat(refused).as("-Dseed=%d", seed).hasMessageContaining("Group");
            }
        }
    }
}
