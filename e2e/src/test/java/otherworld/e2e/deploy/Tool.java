package otherworld.e2e.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import otherworld.local.files.Trees;

/** A program and the environment that it runs in. */
record Tool(List<String> command, Map<String, String> environment) {
    private static final int LIMIT_MINUTES = 10;

    /** How it ended. */
    record Ended(int code, String out, String err) {
        String ok() {
            if (code != 0) {
                throw new AssertionError("exit code %d%n%s%n%s".formatted(code, out, err));
            }
            return out;
        }
    }

    /**
     * Helm in its major version, built the first time.
     *
     * @param kubeconfig of the cluster; a path where nothing is, for commands that need none
     */
    static Tool helm(int major, Path kubeconfig) throws IOException, InterruptedException {
        Path script = DeployFilesTest.ROOT.resolve("tools/helm/helm-assets");
        String helm =
                new Tool(List.of(script.toString(), Integer.toString(major)), Map.of())
                        .run()
                        .ok()
                        .strip();
        Path home = Trees.temporary("helm");
        return new Tool(
                List.of(helm),
                Map.of(
                        "KUBECONFIG",
                        kubeconfig.toString(),
                        "HELM_CACHE_HOME",
                        home.toString(),
                        "HELM_CONFIG_HOME",
                        home.toString(),
                        "HELM_DATA_HOME",
                        home.toString()));
    }

    Ended run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(arguments), "");
    }

    Ended run(List<String> arguments, String input) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(arguments);
        Path out = Files.createTempFile("tool", ".out");
        Path err = Files.createTempFile("tool", ".err");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(whole)
                            .directory(DeployFilesTest.ROOT.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("%s did not end".formatted(whole));
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }
}
