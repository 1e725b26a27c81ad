package otherworld.instance.transport.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;

/** docs/endpoints.md lists every refusal of signalling with its status, and no other. */
class DocumentedProblemsTest {
    private static final Pattern ROW = Pattern.compile("\\n\\| ([A-Z_]+) \\| (\\d{3}) \\|");

    @Test
    void refusalsAreTheDocumentedOnes() throws IOException {
        String document = Files.readString(Path.of("..", "docs", "endpoints.md"));
        List<MatchResult> rows = ROW.matcher(document).results().toList();
        Map<String, Integer> documented =
                rows.stream()
                        .collect(
                                Collectors.toMap(
                                        row -> row.group(1), row -> Integer.valueOf(row.group(2))));
        Map<String, Integer> ours =
                Arrays.stream(ProblemKind.values())
                        .collect(Collectors.toMap(Enum::name, ProblemKind::status));
        assertThat(documented).isEqualTo(ours);
        assertThat(document)
                .contains(
                        "more than %d a second from an address (an IPv6 /64), or %d in all"
                                .formatted(
                                        Limits.OFFERS_PER_SECOND_PER_ADDRESS,
                                        Limits.OFFERS_PER_SECOND),
                        "%d of the player's have not said Hello yet"
                                .formatted(Limits.BEGUN_PEERS_PER_PLAYER),
                        "more than %d KiB".formatted(Limits.MAX_BODY_BYTES >> 10));
    }
}
