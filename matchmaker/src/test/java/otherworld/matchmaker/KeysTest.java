package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import otherworld.ops.ExitCode;
import otherworld.tickets.SigningKeys;

class KeysTest {
    private record Ended(int code, String out, String err) {}

    @Test
    void keysGoFromStdinToStdout() throws Exception {
        String fresh = run("", "new").out;
        SigningKeys.check(fresh);
        String added = run(fresh, "add").out;
        String promoted = run(added, "promote").out;
        String retired = run(promoted, "retire").out;
        SigningKeys.check(retired);
        assertThat(retired).isNotEqualTo(fresh);
        assertThat(run(retired, "retire").out).isEqualTo(retired);
    }

    @Test
    void whatIsRefusedLeavesStdoutEmptyAndShowsNoKey() throws Exception {
        String fresh = run("", "new").out.strip();
        Ended alone = run(fresh, "promote");
        assertThat(alone.code).isEqualTo(ExitCode.FAILED);
        assertThat(alone.out).isEmpty();
        assertThat(alone.err).contains("add one first").doesNotContain("\"d\"");
        Ended broken = run(fresh.substring(0, fresh.length() - 5), "add");
        assertThat(broken.code).isEqualTo(ExitCode.FAILED);
        assertThat(broken.out).isEmpty();
        assertThat(run("x".repeat(65_537), "add").err).contains("at most 65536 bytes");
    }

    @Test
    void wrongCommandsAreToldWhatThereIs() throws Exception {
        assertThat(run("", "rotate"))
                .satisfies(ended -> {
                    assertThat(ended.code).isEqualTo(ExitCode.BAD_SETTINGS);
                    assertThat(ended.err).contains("no command 'rotate'", "promote < SET");
                });
        assertThat(run("").code).isEqualTo(ExitCode.BAD_SETTINGS);
        assertThat(run("", "--help").out).contains("ensure-secret NAME");
    }

    @Test
    void outsideOfAPodThereIsNoSecretToMake() throws Exception {
        Ended ended = run("", "ensure-secret", "keys");
        assertThat(ended.code).isEqualTo(ExitCode.FAILED);
        assertThat(ended.err).contains("KUBERNETES_SERVICE_HOST", "in a pod");
    }

    private static Ended run(String in, String... arguments) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                Keys.run(
                        arguments,
                        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of());
        return new Ended(
                code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
