package otherworld.ops.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMDCAdapter;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;

class LinesTest {
    private static final Instant AT = Instant.parse("2026-01-31T23:59:59.120Z");

    private final BasicMDCAdapter context = new BasicMDCAdapter();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private LineLoggers loggers(Map<String, String> environment, ZoneId zone) {
        return new LineLoggers(
                Levels.of(environment.get(Levels.SETTING), false),
                Lines.of(environment, Clock.fixed(AT, zone), context),
                out,
                LineLoggers.Audit.of(environment));
    }

    private String written() {
        String text = out.toString(StandardCharsets.UTF_8);
        out.reset();
        return text;
    }

    @Test
    void isWhatSlf4jFinds() {
        assertThat(LoggerFactory.getILoggerFactory()).isInstanceOf(LineLoggers.class);
    }

    @Test
    void oneEventIsOneLine() {
        Logger log = loggers(Map.of(), ZoneOffset.UTC).getLogger("otherworld.store.Journal");
        log.info("{} of {} rows, {}", 1, 2, "ä");
        assertThat(written()).isEqualTo("2026-01-31T23:59:59.120Z INFO  Journal: 1 of 2 rows, ä\n");
        log.error("no row {}", 7, new IllegalStateException("gone"));
        assertThat(written())
                .startsWith(
                        """
                        2026-01-31T23:59:59.120Z ERROR Journal: no row 7
                        \tjava.lang.IllegalStateException: gone
                        \t\tat otherworld.ops.log.LinesTest.\
                        """)
                .endsWith("\n");
        loggers(Map.of(), ZoneOffset.ofHours(2)).getLogger("x").warn(null);
        assertThat(written()).isEqualTo("2026-02-01T01:59:59.120+02:00 WARN  x: null\n");
    }

    @Test
    void librariesSayWhatIsWrongAndOurCodeWhatIsSet() {
        LineLoggers loggers = loggers(Map.of("OTHERWORLD_LOG_LEVEL", "debug"), ZoneOffset.UTC);
        Logger ours = loggers.getLogger("otherworld.Main");
        assertThat(ours.isDebugEnabled()).isTrue();
        assertThat(ours.isTraceEnabled()).isFalse();
        Logger others = loggers.getLogger("otherworldly.Main");
        assertThat(others.isWarnEnabled()).isTrue();
        others.info("says too much");
        assertThat(written()).isEmpty();
        assertThat(Levels.of("LOUD", false).ours()).isEqualTo(Level.INFO);
        assertThat(Levels.of(null, true).ours()).as("beside a report").isEqualTo(Level.WARN);
        assertThat(Levels.of("INFO", true).ours()).isEqualTo(Level.INFO);
    }

    @Test
    void anObjectForCollectorsHasWhereItIsFromAndHidesNoLineBreak() {
        Map<String, String> environment =
                Map.of(
                        "OTHERWORLD_LOG_FORMAT",
                        "json",
                        "OTHERWORLD_WORLD",
                        "default.plaza",
                        "OTHERWORLD_ORDINAL",
                        "3",
                        "OTHERWORLD_POD_NAME",
                        "");
        Logger log = loggers(environment, ZoneOffset.ofHours(2)).getLogger("otherworld.Main");
        context.put("player", "ann \"the\nbold\"");
        log.warn("first\nsecond {}", "x", new IllegalStateException("gone"));
        String line = written();
        assertThat(line)
                .startsWith(
                        """
                        {"time":"2026-01-31T23:59:59.120Z","level":"WARN","logger":"otherworld.Main",\
                        "message":"first\\u000asecond x","world":"default.plaza","instance":"3",\
                        "player":"ann \\"the\\u000abold\\"","error":"java.lang.IllegalStateException: gone\\u000a\
                        """)
                .endsWith("\"}\n");
        assertThat(line.indexOf('\n')).as("one line").isEqualTo(line.length() - 1);
    }

    /** Whoever can have something logged can neither forge an event nor steer a terminal. */
    @Test
    void whatAStrangerWroteNeitherBeginsALineNorSteersATerminal() {
        String forged =
                "x\n2026-01-31T23:59:59.121Z INFO  Admission: ann is admitted\r\u001b[2J\u009b1mdone\u202egpj";
        Logger text = loggers(Map.of(), ZoneOffset.UTC).getLogger("otherworld.Main");
        text.warn("no path {}", forged, new IllegalStateException(forged));
        String written = written();
        assertThat(written.lines()).first().asString().startsWith("2026-01-31T23:59:59.120Z WARN");
        assertThat(written.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("\t"));
        assertThat(written)
                .contains("\\u001b[2J", "\\u009b1m", "\\u202egpj", "admitted\\u000d")
                .doesNotContain("\r", "\u001b", "\u009b", "\u202e");

        Map<String, String> json = Map.of("OTHERWORLD_LOG_FORMAT", "json");
        loggers(json, ZoneOffset.UTC).getLogger("otherworld.Main").warn("no path {}", forged);
        assertThat(written())
                .contains("\\u000a2026", "\\u001b[2J", "\\u009b1m", "\\u202egpj")
                .doesNotContain("\u001b", "\u009b", "\u202e")
                .endsWith("\"}\n");
    }

    @Test
    void aLineSaysWhomItConcerns() {
        LogContext of =
                LogContext.of(new PlayerId("ann"), new InstanceId(new WorldId("default.plaza"), 3))
                        .traced(
                                TraceContext.parse(
                                        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        Logger text = loggers(Map.of(), ZoneOffset.UTC).getLogger("otherworld.Main");
        of.run(() -> text.warn("refused"));
        assertThat(written())
                .isEqualTo(
                        "2026-01-31T23:59:59.120Z WARN  Main: refused world=default.plaza instance=3 player=ann trace_id=0af7651916cd43dd8448eb211c80319c span_id=b7ad6b7169203331\n");
        Map<String, String> pod =
                Map.of("OTHERWORLD_LOG_FORMAT", "json", "OTHERWORLD_WORLD", "default.plaza");
        Logger json = loggers(pod, ZoneOffset.UTC).getLogger("otherworld.Main");
        of.run(() -> json.warn("refused"));
        assertThat(written())
                .endsWith(
                        """
                        "message":"refused","world":"default.plaza","instance":"3","player":"ann",\
                        "trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331"}
                        """);
        json.warn("afterwards");
        assertThat(written()).doesNotContain("player", "trace_id");
    }

    @Test
    void playersAreNamedAsIsSet() {
        PlayerId ann = new PlayerId("ann");
        assertThat(PlayerIds.of(null).shown(ann)).isEqualTo("ann");
        assertThat(PlayerIds.of("plain").shown(ann)).isEqualTo("ann");
        assertThat(PlayerIds.of("Hash").shown(ann)).matches("[0-9a-f]{16}");
        assertThat(PlayerIds.of("none").shown(ann)).isEmpty();
        assertThat(PlayerIds.of("hashed").shown(ann)).as("less rather than more").isEmpty();
    }

    @Test
    void linesOfManyThreadsAreNotMixed() throws InterruptedException {
        LineLoggers loggers = loggers(Map.of(), ZoneOffset.UTC);
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            String text = ("" + i).repeat(50);
            Thread.ofVirtual()
                    .start(() -> {
                        for (int n = 0; n < 200; n++) {
                            loggers.getLogger("otherworld.T").info(text);
                        }
                        done.countDown();
                    });
        }
        done.await();
        assertThat(written().lines())
                .hasSize(1_600)
                .allMatch(line -> line.matches(".* INFO {2}T: (\\d)\\1{49}"));
    }

    @Test
    void aLogThatNobodyReadsStopsNobody() {
        OutputStream closed =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("Broken pipe");
                    }
                };
        Lines lines = Lines.of(Map.of(), Clock.systemUTC(), context);
        new LineLoggers(Levels.of(null, false), lines, closed, new LineLoggers.Audit.Here())
                .getLogger("otherworld")
                .warn("x");
    }

    /** Whatever the log's level and format are; a file has two of its size at most. */
    @Test
    void auditLinesAreWrittenAsTheyAreWhereTheyAreWanted(@TempDir Path folder) throws IOException {
        Map<String, String> quiet = Map.of("OTHERWORLD_LOG_LEVEL", "ERROR");
        loggers(quiet, ZoneOffset.UTC).getLogger("otherworld.audit").info("{\"a\":1}");
        assertThat(written()).isEqualTo("{\"a\":1}\n");
        Map<String, String> off = Map.of("OTHERWORLD_AUDIT", "off");
        loggers(off, ZoneOffset.UTC).getLogger("otherworld.audit").info("{\"a\":1}");
        assertThat(written()).isEmpty();

        Path file = folder.resolve("audit.jsonl");
        Map<String, String> elsewhere = Map.of("OTHERWORLD_AUDIT_FILE", file.toString());
        LineLoggers loggers = loggers(elsewhere, ZoneOffset.UTC);
        loggers.getLogger("otherworld.audit").info("{\"a\":1}");
        loggers.getLogger("otherworld.Main").info("x");
        assertThat(file).hasContent("{\"a\":1}");
        assertThat(written()).endsWith("Main: x\n").doesNotContain("\"a\"");

        AuditFile small = new AuditFile(file, 100);
        for (int i = 0; i < 50; i++) {
            small.write("%020d\n".formatted(i).getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.size(file)).isLessThanOrEqualTo(100);
        assertThat(Files.size(folder.resolve("audit.jsonl.1"))).isLessThanOrEqualTo(100);
        assertThat(Files.readString(file)).endsWith("49\n");
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(2);
        }
    }

    @Test
    void whereTheAuditFileCannotBeWrittenItsLinesAreInTheLog(@TempDir Path folder) {
        Map<String, String> nowhere =
                Map.of("OTHERWORLD_AUDIT_FILE", folder.resolve("no/such/file").toString());
        loggers(nowhere, ZoneOffset.UTC).getLogger("otherworld.audit").info("{\"a\":1}");
        assertThat(written()).contains("ERROR", "cannot be written").endsWith("\n{\"a\":1}\n");
    }
}
