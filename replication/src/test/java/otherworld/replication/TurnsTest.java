package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns();

    private List<Integer> turn(int turn, int top, int room) {
        List<Integer> told = new ArrayList<>();
        turns.begin(turn, top);
        for (int index = turns.next(); index >= 0; index = turns.next()) {
            if (told.size() == room) {
                turns.full(index);
                break;
            }
            told.add(index);
            turns.told(index, index);
        }
        return told;
    }

    @Test
    void eachHasItsTurnAfterItsPeriodWithAllOfItsPhase() {
        SplittableRandom random = new SplittableRandom(1);
        int top = 1_000;
        int[] periods = new int[top];
        int[] last = new int[top];
        for (int index = 0; index < top; index++) {
            periods[index] = random.nextInt(1, Turns.HORIZON);
            turns.add(index, periods[index]);
        }
        for (int turn = 1; turn < 1_000; turn++) {
            for (int index : turn(turn, top, Integer.MAX_VALUE)) {
                if (last[index] > 1) {
                    assertThat(turn - last[index]).isEqualTo(periods[index]);
                }
                assertThat(turn == 1 || (turn + index) % periods[index] == 0).isTrue();
                last[index] = turn;
            }
        }
        for (int index = 0; index < top; index++) {
            assertThat(1_000 - last[index]).isLessThanOrEqualTo(periods[index]);
        }
    }

    @Test
    void whoFoundNoRoomComesFirstInTheNextTurn() {
        for (int index = 0; index < 64; index++) {
            turns.add(index, 1);
        }
        assertThat(turn(1, 64, 16)).containsExactlyElementsOf(range(0, 16));
        assertThat(turn(2, 64, 16)).containsExactlyElementsOf(range(16, 32));
        assertThat(turn(3, 64, 16)).containsExactlyElementsOf(range(32, 48));
        assertThat(turn(4, 64, 16)).containsExactlyElementsOf(range(48, 64));
        assertThat(turn(5, 64, 16)).containsExactlyElementsOf(range(0, 16));
    }

    private static List<Integer> range(int from, int to) {
        List<Integer> range = new ArrayList<>();
        for (int i = from; i < to; i++) {
            range.add(i);
        }
        return range;
    }

    @Test
    void turnsThatWereMissedAreDueAtOnce() {
        for (int missed : new int[] {1, 5, 62, 63, 64, 65, 1_000}) {
            Turns turns = new Turns();
            for (int index = 0; index < 100; index++) {
                turns.add(index, 20);
            }
            turns.begin(1, 100);
            for (int index = turns.next(); index >= 0; index = turns.next()) {
                turns.told(index, index);
            }
            turns.begin(2 + missed, 100);
            int due = 0;
            while (turns.next() >= 0) {
                due++;
            }
            assertThat(due).isEqualTo(Math.min(100, 5 * (missed + 1)));
        }
    }

    @Test
    void whoRestsIsDueOnlyWhenWoken() {
        turns.add(3, 2);
        turns.begin(1, 8);
        assertThat(turns.next()).isEqualTo(3);
        turns.rest(3);
        for (int turn = 2; turn < 200; turn++) {
            assertThat(turn(turn, 8, 1)).isEmpty();
        }
        turns.wake(3);
        assertThat(turn(200, 8, 1)).containsExactly(3);
    }

    @Test
    void aNewPeriodDelaysNobody() {
        turns.add(0, 4);
        turn(1, 8, 8);
        turns.period(0, 60, 0); // was due in turn 4
        assertThat(turn(2, 8, 8)).isEmpty();
        assertThat(turn(3, 8, 8)).isEmpty();
        assertThat(turn(4, 8, 8)).containsExactly(0);
        assertThat(turn(5, 8, 8)).isEmpty();
        turns.period(0, 2, 0);
        assertThat(turn(6, 8, 8)).containsExactly(0);
    }

    @Test
    void whoIsToldEveryTurnByOthersIsNeverDueHere() {
        turns.add(0, 0);
        turns.remove(0);
        turns.wake(0);
        assertThat(turn(1, 8, 8)).isEmpty();
    }
}
