package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParseResult;

class MainTest {
    @Test
    void whatIsSaidLastHolds() {
        ParseResult read =
                Main.commandLine()
                        .parseArgs(
                                "--database",
                                "the cluster's",
                                "5",
                                "--world",
                                "plaza",
                                "--database",
                                "mine");
        assertThat(read.<String>matchedOptionValue("--database", "")).isEqualTo("mine");
    }
}
