package otherworld.matchmaker.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import otherworld.ledger.SeatLedger;

/** Every word of the ledger's scripts has a word here. */
class ReasonTest {
    @Test
    void whyAnInstanceIsClosedHasAWord() throws IOException {
        Set<String> words = found("lib/rules.lua", "then return '([a-z ]+)' end");
        assertThat(words).contains("cordoned", "paused").hasSizeGreaterThan(6);
        for (String word : words) {
            assertThat(Reason.waiting("instance 3 is " + word)).as(word).isNotEqualTo(Reason.OTHER);
        }
    }

    @Test
    void whatPlayersWaitForHasAWord() throws IOException {
        Set<String> words = found("op/assign.lua", "return wait\\('([a-z ]+)'");
        words.addAll(found("op/assign.lua", "return waitFor\\(ordinal, '([a-z ]+)'"));
        assertThat(words).contains("no free seat", "no instance has ", "full");
        for (String word : words) {
            String told = word.startsWith("no ") ? word + "2 free seats" : "instance 3 is " + word;
            assertThat(Reason.waiting(told)).as(word).isNotEqualTo(Reason.OTHER);
        }
        Set<String> ends = found("op/assign.lua", "return waiting\\('0', .*'( [^']+)', ");
        assertThat(ends).contains(" had a seat, is unknown", " is not known yet");
        for (String end : ends) {
            assertThat(Reason.waiting("instance 3" + end)).as(end).isNotEqualTo(Reason.OTHER);
        }
    }

    @Test
    void howAnInstanceIsChosenHasAWord() throws IOException {
        Set<String> words = new LinkedHashSet<>();
        for (String script : Set.of("op/assign.lua", "lib/quick-assign.lua")) {
            words.addAll(
                    found(
                            script,
                            "'(fullest [a-z ]+|emptiest [a-z ]+|asked for|has a seat there)'"));
        }
        assertThat(words).hasSize(4);
        for (String word : words) {
            assertThat(Reason.chosen(word)).as(word).isNotEqualTo(Reason.OTHER);
        }
    }

    @ParameterizedTest
    @EnumSource(SeatLedger.Refusal.class)
    void aRefusalsWordIsItsName(SeatLedger.Refusal refusal) {
        assertThat(Reason.refused(refusal)).matches("([A-Z][a-z]+)+");
    }

    private static Set<String> found(String script, String pattern) throws IOException {
        try (InputStream in =
                SeatLedger.class.getResourceAsStream("/otherworld/ledger/" + script)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Set<String> found = new LinkedHashSet<>();
            Matcher matcher = Pattern.compile(pattern).matcher(text);
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
            return found;
        }
    }
}
