package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.instance.store.EditAnswer;
import otherworld.protocol.Pose;

class PlayerRecordsTest {
    private final EditAnswers answers = new EditAnswers();

    @Test
    void remembersWhatAnEditWasAnswered() {
        assertThat(answers.find(1)).isEqualTo(new EditAnswers.Known.New());
        answers.applied(1, 77);
        assertThat(answers.find(1)).isEqualTo(new EditAnswers.Known.Applied(77, false));
        answers.durable(1);
        assertThat(answers.find(1)).isEqualTo(new EditAnswers.Known.Applied(77, true));
        assertThat(answers.highest()).isEqualTo(1);
    }

    @Test
    void anEditThatWasRefusedMayBeSentAgain() {
        answers.applied(5, 77);
        assertThat(answers.find(4)).isEqualTo(new EditAnswers.Known.New());
    }

    @Test
    void keepsTheNewestAndNeverDoesAnOlderOneAgain() {
        for (long sequence = 1; sequence <= Limits.ANSWERS_PER_PLAYER + 1L; sequence++) {
            answers.applied(sequence, 1000 + sequence);
        }
        assertThat(answers.find(1)).isEqualTo(new EditAnswers.Known.Forgotten());
        assertThat(answers.find(2)).isEqualTo(new EditAnswers.Known.Applied(1002, false));
    }

    @Test
    void answersOutliveTheirPlayersVisitAndAreBounded() {
        PlayerRecords records = new PlayerRecords();
        PlayerRecords.PlayerRecord ada = records.seated(new PlayerId("ada"));
        ada.answers.applied(3, 33);
        for (int i = 0; i <= Limits.MAX_REMEMBERED_PLAYERS; i++) {
            records.restorePose(new PlayerId("passer-by-" + i), Pose.ORIGIN);
        }
        assertThat(records.size()).isEqualTo(Limits.MAX_REMEMBERED_PLAYERS);
        assertThat(records.seated(new PlayerId("ada")))
                .isSameAs(ada); // who is here is not forgotten
        ada.seated = false;
        assertThat(records.seated(new PlayerId("passer-by-0")).place()).isEmpty();
        assertThat(
                        records.seated(new PlayerId("passer-by-" + Limits.MAX_REMEMBERED_PLAYERS))
                                .place())
                .isPresent();
    }

    @Test
    void anAnswerOfAnUnknownVersionIsRefused() {
        assertThat(EditAnswer.decode(new EditAnswer(5).encode())).isEqualTo(new EditAnswer(5));
        assertThatIllegalArgumentException().isThrownBy(() -> EditAnswer.decode(new byte[9]));
    }
}
