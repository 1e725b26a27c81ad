package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeenTest {
    private final Seen seen = new Seen(ReplicationSettings.MAX_SEEN);

    @Test
    void anIndexIsGivenAgainOnlyWhenItsLeavingIsAcknowledged() {
        int index = seen.add(5, 1, Snapshots.NONE);
        seen.told(index, 1, 10);
        seen.remove(index);
        assertThat(seen.add(6, 1, Snapshots.NONE)).isNotEqualTo(index);
        seen.leavingTold(1, 2);
        seen.acknowledged(1);
        assertThat(seen.add(7, 1, Snapshots.NONE)).isNotEqualTo(index);
        seen.acknowledged(2);
        assertThat(seen.add(8, 1, Snapshots.NONE)).isEqualTo(index);
    }

    @Test
    void anIndexThatWasNeverToldNeedsNoLeaving() {
        int index = seen.add(5, 1, Snapshots.NONE);
        seen.remove(index);
        assertThat(seen.leaving()).isEmpty();
        assertThat(seen.add(6, 1, Snapshots.NONE)).isEqualTo(index);
    }

    @Test
    void atTheLimitThereIsRoomAndBehindItThereIsNone() {
        for (int slot = 0; slot < ReplicationSettings.MAX_SEEN; slot++) {
            assertThat(seen.hasRoom()).isTrue();
            seen.add(slot, 1, slot % 2 == 0 ? slot : Snapshots.NONE);
        }
        assertThat(seen.hasRoom()).isFalse();
        assertThat(seen.count()).isEqualTo(ReplicationSettings.MAX_SEEN);
        assertThat(seen.avatars()).isEqualTo(ReplicationSettings.MAX_SEEN / 2);
    }

    @Test
    void findsWhatIsThereAfterAnyComingAndGoing() {
        SplittableRandom random = new SplittableRandom(4);
        Map<Integer, Integer> expected = new HashMap<>();
        int message = 0;
        for (int i = 0; i < 20_000; i++) {
            int slot = random.nextInt(3_000) * 64;
            Integer index = expected.get(slot);
            assertThat(seen.find(slot)).isEqualTo(index == null ? Seen.NONE : index);
            if (index != null) {
                expected.remove(slot);
                seen.remove(index);
            } else if (seen.hasRoom()) {
                index = seen.add(slot, i, Snapshots.NONE);
                assertThat(expected).doesNotContainValue(index);
                expected.put(slot, index);
                seen.told(index, ++message, i);
            }
            if (i % 50 == 0) {
                seen.leavingTold(seen.leaving().size(), ++message);
                seen.acknowledged(message - random.nextInt(100));
            }
            assertThat(seen.count()).isEqualTo(expected.size());
        }
        for (Map.Entry<Integer, Integer> entry : expected.entrySet()) {
            assertThat(seen.find(entry.getKey())).isEqualTo(entry.getValue());
            assertThat(seen.top()).isGreaterThan(entry.getValue());
        }
    }
}
