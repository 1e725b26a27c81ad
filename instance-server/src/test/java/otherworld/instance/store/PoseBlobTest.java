package otherworld.instance.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.protocol.Pose;

class PoseBlobTest {
    private final PoseBlob blob =
            new PoseBlob(
                    7,
                    1_795_253_000_000L,
                    List.of(
                            new PoseBlob.PlayerPose(new PlayerId("ada"), new Pose(1, 2, 3, 4)),
                            new PoseBlob.PlayerPose(
                                    new PlayerId("p".repeat(128)), new Pose(-1, 0, 9, 0))));

    @Test
    void readsBackWhatItWrote() {
        assertThat(PoseBlob.decode(blob.encode())).isEqualTo(blob);
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = blob.encode();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().isThrownBy(() -> PoseBlob.decode(cut));
        }
    }
}
