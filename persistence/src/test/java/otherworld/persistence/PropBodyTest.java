package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PropBodyTest {
    private final PropBody chair = new PropBody("stuhl/grün", 1.5f, -2, 300.25f, -42, "player-7");

    @Test
    void readsBackWhatItWrote() {
        assertThat(PropBody.decode(chair.encode())).isEqualTo(chair);
    }

    @Test
    void fitsAnEntityAtTheProtocolsLimits() {
        PropBody longest = new PropBody("m".repeat(128), 0, 0, 0, 0, "p".repeat(128));
        assertThat(longest.encode()).hasSizeLessThan(EntityPatch.MAX_BODY_BYTES);
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = chair.encode();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> PropBody.decode(cut));
        }
    }

    @Test
    void refusesAnUnknownVersionAndBytesLeftOver() {
        byte[] newer = chair.encode();
        newer[0] = 2;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PropBody.decode(newer))
                .withMessageContaining("version 2");
        byte[] longer = Arrays.copyOf(chair.encode(), chair.encode().length + 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PropBody.decode(longer))
                .withMessageContaining("left over");
    }
}
