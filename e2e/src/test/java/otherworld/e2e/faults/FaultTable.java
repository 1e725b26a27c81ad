package otherworld.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import otherworld.e2e.Otherworld;
import otherworld.e2e.observe.Alertmanager;
import otherworld.e2e.observe.Prometheus;

/**
 * {@code ./otherworld test faults}: each fault on a cluster of its own, with players in it, and a
 * table of what came of them. Run by that command alone: it takes minutes for each.
 */
class FaultTable {
    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));
    private static final Path RESULTS = ROOT.resolve("e2e/target/faults");
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private static final int BOTS = Integer.getInteger("faults.bots", 200);

    /** How long alerts may take to resolve before that is left unsaid. */
    private static final Duration RESOLVE =
            Duration.ofSeconds(Integer.getInteger("faults.resolve", 900));

    private static final Duration UP = Duration.ofMinutes(4);
    private static final Duration ALL_INSIDE = Duration.ofMinutes(2);
    private static final Duration QUIET_BEFORE = Duration.ofSeconds(15);

    /** Some of it goes by until all are inside. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(45);

    private static final Duration WORKS_AGAIN = Duration.ofMinutes(2);

    /** After which a newcomer gives up. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TestFactory
    Stream<DynamicTest> faults() {
        Set<String> only = Set.of(System.getProperty("faults.only", "").split(","));
        List<Fault> chosen =
                Faults.all().stream()
                        .filter(fault -> only.contains("") || only.contains(fault.name()))
                        .toList();
        assertThat(chosen).as("faults of --only %s", only).isNotEmpty();
        return chosen.stream()
                .map(fault -> DynamicTest.dynamicTest(fault.name(), () -> run(fault)));
    }

    private static void run(Fault fault) throws Exception {
        Optional<String> missing = fault.scene().missing();
        if (missing.isPresent()) {
            say(fault, "SKIPPED: " + missing.get());
            Assumptions.abort(fault.name() + ": " + missing.get());
        }
        try (Fault.Scene scene = fault.scene();
                Otherworld cluster = Otherworld.fresh(scene.surroundings())) {
            cluster.run(UP, "up", "--observe").expectSuccess();
            try (Prometheus prometheus = new Prometheus(URI.create(cluster.address("prometheus")));
                    Alertmanager alertmanager =
                            new Alertmanager(URI.create(cluster.address("alertmanager")));
                    Alerts alerts = new Alerts(prometheus, alertmanager)) {
                Row row = new Running(fault, cluster, prometheus, alerts).row();
                keep(row);
                say(fault, Row.table(List.of(row)));
                assertThat(row.wrong()).as(fault.name()).isEmpty();
            }
        }
    }

    /** One fault under way. */
    private record Running(Fault fault, Otherworld cluster, Prometheus prometheus, Alerts alerts) {

        Row row() throws Exception {
            Duration hold =
                    Optional.ofNullable(Integer.getInteger("faults.hold"))
                            .map(Duration::ofSeconds)
                            .orElse(fault.hold());
            int guests = Math.max(10, BOTS / 10);
            double guestsPerSecond = guests / Math.max(10.0, hold.toSeconds() - 10.0);
            List<String> wrong = new ArrayList<>();
            Duration stay = QUIET_BEFORE.plus(hold).plus(AFTERWARDS);
            try (Crowd residents = Crowd.come(cluster, BOTS, 1, 20, stay)) {
                await("all inside").atMost(ALL_INSIDE).until(() -> inside() >= BOTS);
                Thread.sleep(QUIET_BEFORE);
                if (!alerts.firing().isEmpty()) {
                    wrong.add("before the fault there fired " + alerts.firing());
                }
                say(fault, "%d inside; %s".formatted(BOTS, promises()));
                long beginMs = Alerts.nowMs();
                Fault.Held held = fault.cause().begin(cluster);
                String note;
                long endMs;
                try (Crowd newcomers =
                        Crowd.come(cluster, guests, 2, guestsPerSecond, Duration.ofSeconds(20))) {
                    try (held) {
                        Thread.sleep(Math.max(0, beginMs + hold.toMillis() - Alerts.nowMs()));
                        note = held.note();
                        say(
                                fault,
                                "%s; firing: %s; %s".formatted(note, alerts.firing(), promises()));
                    }
                    endMs = Alerts.nowMs();
                    Crowd.Seen came = newcomers.seen();
                    Crowd.Seen was = residents.seen();
                    wrong.addAll(works(endMs));
                    wrong.addAll(judge(was, came, hold));
                    boolean silent = awaitSilence();
                    wrong.addAll(judgeAlerts(hold, silent));
                    return new Row(
                            fault.name(),
                            fault.title(),
                            BOTS,
                            hold.toSeconds(),
                            Row.residents(was),
                            Row.newcomers(came),
                            fired(beginMs, endMs),
                            was.durable(),
                            note,
                            wrong);
                }
            }
        }

        /** How they are kept; NaN until Prometheus has two samples and a rule was evaluated. */
        private String promises() throws Exception {
            return String.format(
                    Locale.ROOT,
                    "of ticks %.3f %% on time, of edits %.3f %% durable, of seats %.3f %% within 2 s",
                    100 * prometheus.value("min(otherworld:slo_ticks:good_ratio_rate5m)"),
                    100 * prometheus.value("min(otherworld:slo_edits:good_ratio_rate5m)"),
                    100 * prometheus.value("min(otherworld:slo_seats:good_ratio_rate5m)"));
        }

        private long inside() throws Exception {
            double players = prometheus.value("sum(otherworld_instance_players)");
            return Double.isNaN(players) ? 0 : (long) players;
        }

        private List<String> judge(Crowd.Seen was, Crowd.Seen came, Duration hold) {
            List<String> wrong = new ArrayList<>(was.wrong());
            wrong.addAll(came.wrong());
            if (!was.errors().isEmpty()) {
                wrong.add("who was inside: " + was.errors());
            }
            if (hold.compareTo(PATIENCE) < 0 && !came.errors().isEmpty()) {
                wrong.add("who came: " + came.errors());
            }
            return wrong;
        }

        private List<String> works(long endMs) throws Exception {
            while (true) {
                Otherworld.Result status = cluster.run(Duration.ofMinutes(1), "status");
                if (status.status() == 0) {
                    return List.of();
                }
                if (Alerts.nowMs() - endMs > WORKS_AGAIN.toMillis()) {
                    return List.of("does not work again: " + status.output());
                }
                Thread.sleep(1_000);
            }
        }

        /** With some who play: a promise is not kept again by nobody's asking. */
        private boolean awaitSilence() throws Exception {
            long deadlineMs = Alerts.nowMs() + RESOLVE.toMillis();
            long seed = 3;
            while (!alerts.firing().isEmpty()) {
                if (Alerts.nowMs() > deadlineMs) {
                    return false;
                }
                try (Crowd some = Crowd.come(cluster, 20, seed++, 10, Duration.ofSeconds(20))) {
                    some.seen();
                }
            }
            return true;
        }

        private List<String> judgeAlerts(Duration hold, boolean silent) {
            List<String> wrong = new ArrayList<>();
            for (Alerts.Span span : alerts.spans()) {
                if (fault.due().stream().noneMatch(due -> due.alert().equals(span.name()))) {
                    wrong.add(span.name() + " fired, and is not about this");
                }
                if (!alerts.isReceived(span.name())) {
                    wrong.add(span.name() + " fired, and Alertmanager did not hear of it");
                }
            }
            for (Fault.Due due : fault.due()) {
                boolean fired =
                        alerts.spans().stream().anyMatch(span -> span.name().equals(due.alert()));
                if (!fired && due.within().compareTo(hold) <= 0) {
                    wrong.add("%s did not fire".formatted(due.alert()));
                }
            }
            if (!silent && RESOLVE.compareTo(Duration.ofMinutes(10)) >= 0) {
                wrong.add("still firing: " + alerts.firing());
            }
            return wrong;
        }

        private List<Row.Fired> fired(long beginMs, long endMs) {
            Set<String> still = alerts.firing();
            return alerts.spans().stream()
                    .map(span ->
                            new Row.Fired(
                                    span.name(),
                                    span.severity(),
                                    (span.firstMs() - beginMs) / 1e3,
                                    still.contains(span.name())
                                            ? Double.NaN
                                            : (span.lastMs() - endMs) / 1e3))
                    .toList();
        }
    }

    /** Of each fault, number of bots and time its last run; what others wrote stays. */
    private static void keep(Row row) throws IOException {
        Files.createDirectories(RESULTS);
        String name = "%s-%d-%ds.json".formatted(row.name(), row.bots(), row.holdSeconds());
        JSON.writeValue(RESULTS.resolve(name).toFile(), row);
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(RESULTS)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".json")).toList()) {
                rows.add(JSON.readValue(file.toFile(), Row.class));
            }
        }
        List<String> order = Faults.all().stream().map(Fault::name).toList();
        rows.sort(
                Comparator.comparingInt((Row it) -> order.indexOf(it.name()))
                        .thenComparingLong(Row::holdSeconds)
                        .thenComparingInt(Row::bots));
        Files.writeString(RESULTS.resolve("table.md"), Row.table(rows));
    }

    private static void say(Fault fault, String words) {
        System.out.printf("%s: %s%n", fault.name(), words);
    }
}
