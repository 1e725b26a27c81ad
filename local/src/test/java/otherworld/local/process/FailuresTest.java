package otherworld.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void whatDidNotWorkIsToldWithItsCauseAndNothingTwice() {
        assertThat(
                        Failures.describe(
                                new UncheckedIOException(
                                        "Could not write /a",
                                        new FileSystemException(
                                                "/a/.new-1", null, "No space left on device"))))
                .isEqualTo("Could not write /a: /a/.new-1: No space left on device");
        assertThat(
                        Failures.describe(
                                new UncheckedIOException(
                                        "Could not list /a", new AccessDeniedException("/a/b"))))
                .isEqualTo("Could not list /a: /a/b: access denied");
        assertThat(
                        Failures.describe(
                                new UncheckedIOException(
                                        "Could not start x: gone", new IOException("gone"))))
                .isEqualTo("Could not start x: gone");
        assertThat(Failures.describe(new UncheckedIOException(new IOException("gone"))))
                .isEqualTo("java.io.IOException: gone");
        assertThat(Failures.describe(new IllegalStateException()))
                .isEqualTo("java.lang.IllegalStateException");
        assertThat(
                        Failures.describe(
                                new CompletionException(
                                        "not Ready", new IllegalStateException("no answer"))))
                .isEqualTo("not Ready: no answer");
    }

    @Test
    void aRefusalSaysAllItself() {
        assertThat(Failures.describe(new StartFailed("do this", new IOException("x"))))
                .isEqualTo("do this");
    }
}
