package otherworld.ops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import otherworld.ops.audit.AuditEvent.Change;
import otherworld.ops.audit.AuditEvent.Kind;
import otherworld.ops.audit.AuditEvent.Subject;

class AuditLogTest {
    private static final Instant AT = Instant.parse("2026-01-31T23:59:59Z");

    private final List<String> lines = new ArrayList<>();
    private final AuditLog log = new AuditLog(lines::add, () -> AT, "operator", "operator-0");

    private static AuditEvent event(String reason, Change... changes) {
        return new AuditEvent(
                Kind.WORLD_CHANGED,
                Optional.of("kubectl-edit"),
                new Subject(
                        "World", "games", "plaza", "u-1", OptionalLong.of(7), OptionalInt.of(3)),
                reason,
                List.of(changes));
    }

    @Test
    void aLineIsOneObjectOfTheSchema() {
        log.record(
                event(
                        "a \"reason\"\n\u001b[2J",
                        new Change(
                                "spec.capacity",
                                Optional.of("100"),
                                Optional.of("120"),
                                Optional.of("helm")),
                        new Change(
                                "spec.scene.url",
                                Optional.empty(),
                                Optional.of("x"),
                                Optional.empty())));
        assertThat(lines).hasSize(1);
        assertThat(lines.getFirst())
                .matches(
                        "\\{\"time\":\"2026-01-31T23:59:59Z\",\"logger\":\"otherworld.audit\",\"schema\":1,\"process\":\"operator\",\"host\":\"operator-0\",\"run\":\"[0-9a-f]{16}\",\"seq\":1,"
                                + "\"event\":\"world.changed\",\"actor\":\"kubectl-edit\",\"object\":\\{\"type\":\"World\",\"namespace\":\"games\",\"name\":\"plaza\",\"uid\":\"u-1\",\"generation\":7,\"instance\":3},"
                                + "\"reason\":\"a \\\\\"reason\\\\\"\\\\u000a\\\\u001b\\[2J\",\"changes\":\\[\\{\"field\":\"spec.capacity\",\"from\":\"100\",\"to\":\"120\",\"manager\":\"helm\"},"
                                + "\\{\"field\":\"spec.scene.url\",\"to\":\"x\"}],\"changesLeftOut\":0,\"chain\":\"[0-9a-f]{64}\"}");
    }

    @Test
    void anEventIsBounded() {
        String long1 = "x".repeat(100_000);
        Change change =
                new Change(long1, Optional.of(long1), Optional.of(long1), Optional.of(long1));
        log.record(
                event(long1, IntStream.range(0, 500).mapToObj(_ -> change).toArray(Change[]::new)));
        assertThat(lines.getFirst().length()).isLessThan(80_000);
        assertThat(lines.getFirst()).contains("\"changesLeftOut\":436");
    }

    @Test
    void whatWasAlteredTakenOutOrPutInShows() {
        for (int i = 0; i < 5; i++) {
            log.record(event("reason " + i));
        }
        AuditLog other = new AuditLog(lines::add, () -> AT, "matchmaker", "m-0");
        other.record(event("of another run"));
        log.record(event("the last"));
        assertThat(faults(lines)).isEmpty();
        List<String> mixed = new ArrayList<>(lines);
        mixed.add(2, "2026-01-31T23:59:59.000Z INFO  World: a line of the log");
        mixed.replaceAll(line -> line.startsWith("{") ? "pod-1 stdout F " + line : line);
        assertThat(faults(mixed)).as("as a collector has it").isEmpty();

        List<String> altered = new ArrayList<>(lines);
        altered.replaceAll(line -> line.replace("reason 2", "reason 9"));
        assertThat(faults(altered)).singleElement().asString().contains("not as it was written");

        List<String> fewer = new ArrayList<>(lines);
        fewer.remove(2);
        assertThat(faults(fewer))
                .singleElement()
                .asString()
                .contains("event 4", "after event 2", "missing");

        List<String> swapped = new ArrayList<>(lines);
        swapped.set(1, lines.get(2));
        swapped.set(2, lines.get(1));
        assertThat(faults(swapped)).isNotEmpty();

        List<String> forged = new ArrayList<>(lines);
        forged.add(
                lines.getLast().replace("the last", "one more").replace("\"seq\":6", "\"seq\":7"));
        assertThat(faults(forged)).isNotEmpty();

        List<String> cut = new ArrayList<>(lines);
        cut.set(3, lines.get(3).substring(0, 200));
        assertThat(faults(cut)).isNotEmpty();
        assertThat(AuditTrail.check(lines.stream()).events()).isEqualTo(7);
        assertThat(AuditTrail.check(lines.stream()).runs()).isEqualTo(2);
    }

    private static List<String> faults(List<String> of) {
        return AuditTrail.check(of.stream()).faults();
    }
}
