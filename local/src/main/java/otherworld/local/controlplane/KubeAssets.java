package otherworld.local.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import otherworld.local.files.ProjectRoot;
import otherworld.local.process.StartFailed;

/**
 * The folder with Kubernetes' programs, as {@code tools/kube/kube-assets} finds, fetches or builds
 * them.
 */
public record KubeAssets(Path folder) {
    /** What is needed. */
    public enum Set {
        /** etcd, kube-apiserver, kubectl. */
        CORE,
        /** Those, and the scheduler and the controllers. */
        ALL,
        /** The node simulator. */
        KWOK;

        private String argument() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Blocks while they are fetched or built, which takes minutes the first time; progress goes to
     * stderr.
     *
     * @throws StartFailed if no source has them; stderr has the reasons
     */
    public static KubeAssets find(Set set) {
        Path script = ProjectRoot.find().resolve("tools/kube/kube-assets");
        try {
            Process process =
                    new ProcessBuilder("bash", script.toString(), set.argument())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            process.getOutputStream().close();
            String answer =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .strip();
            int exit = process.waitFor();
            if (exit != 0 || answer.isEmpty()) {
                throw new StartFailed(
                        "%s %s failed with exit code %d: its reasons are above"
                                .formatted(script, set.argument(), exit));
            }
            return new KubeAssets(Path.of(answer));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not run " + script, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailed("Interrupted while Kubernetes' programs were sought", e);
        }
    }

    public String program(String name) {
        return folder.resolve(name).toString();
    }
}
