package otherworld.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Prometheus' own tool says of rules, their tests, and the queries of dashboards. Skipped, and
 * says so, where it cannot be had; OTHERWORLD_PROMETHEUS=required fails instead.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromtoolIT {
    private static final int LIMIT_MINUTES = 5;
    private String promtool = "";

    @BeforeAll
    void find(@TempDir Path folder) throws Exception {
        Ended found =
                run(
                        folder,
                        List.of(
                                Observability.ROOT
                                        .resolve("tools/prometheus/prometheus-assets")
                                        .toString()));
        if (found.code() != 0) {
            String why = "SKIPPED: no promtool, so that no rule is tested: " + found.output();
            assertThat(System.getenv("OTHERWORLD_PROMETHEUS")).as(why).isNotEqualTo("required");
            System.err.println(why);
            Assumptions.abort(why);
        }
        promtool =
                found.output()
                        .lines()
                        .filter(line -> line.endsWith("/promtool"))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(found.output()));
    }

    @Test
    void everyRuleIsOne(@TempDir Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(promtool, "check", "rules"));
        Observability.files("rules", ".yaml").forEach(file -> command.add(file.toString()));
        assertThat(run(folder, command)).extracting(Ended::code).isEqualTo(0);
    }

    /** Each alert fires, and is silent when it should be. */
    @Test
    void everyAlertFiresAndKeepsSilentAsItsTestsSay(@TempDir Path folder) throws Exception {
        List<String> command = new ArrayList<>(List.of(promtool, "test", "rules"));
        Observability.files("tests", ".yaml").forEach(file -> command.add(file.toString()));
        Ended ended = run(folder, command);
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    /** As rules that record: promtool has no other way to read an expression. */
    @Test
    void everyQueryOfADashboardIsOne(@TempDir Path folder) throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n- name: queries\n  rules:\n");
        int number = 0;
        for (Observability.Query query : Observability.queries()) {
            rules.append(
                    "  - record: query:%d\n    expr: '%s'\n"
                            .formatted(number++, query.plain().replace("'", "''")));
        }
        Path file = Files.writeString(folder.resolve("queries.yaml"), rules);
        Ended ended = run(folder, List.of(promtool, "check", "rules", file.toString()));
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(ended.output()).contains(number + " rules found");
    }

    private record Ended(int code, String output) {}

    private static Ended run(Path folder, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "tool", ".out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("%s did not end".formatted(command));
        }
        return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    }
}
