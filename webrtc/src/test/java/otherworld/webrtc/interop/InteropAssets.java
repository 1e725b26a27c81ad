package otherworld.webrtc.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What {@code tools/interop/interop-assets} finds or makes. */
final class InteropAssets {
    static final Path FOLDER =
            Path.of(System.getProperty("otherworld.root", "..")).resolve("tools/interop");

    private static final int MINUTES = 8;

    private InteropAssets() {}

    /** It is not to be had on this machine; the message says why and how to get it. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Missing(String message) {
            super(message);
        }
    }

    /**
     * Where it is.
     *
     * @throws Missing if it cannot be had
     */
    static String find(String name) {
        try {
            Path said = Files.createTempFile("otherworld-interop-", ".txt");
            try {
                return run(name, said);
            } finally {
                Files.deleteIfExists(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String run(String name, Path said) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(FOLDER.resolve("interop-assets").toString(), name)
                        .redirectError(said.toFile())
                        .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            throw new Missing("interop-assets %s took over %d minutes".formatted(name, MINUTES));
        }
        if (process.exitValue() != 0) {
            throw new Missing(Files.readString(said).strip());
        }
        return output.strip();
    }
}
