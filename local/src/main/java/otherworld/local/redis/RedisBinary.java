package otherworld.local.redis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.local.files.CacheFolder;
import otherworld.local.process.Programs;
import otherworld.local.process.StartFailed;

/** Finds a redis-server: on PATH if it is new enough, else the one in the embedded-redis jar. */
final class RedisBinary {
    private static final int LEAST_MAJOR_ON_PATH = 7;
    private static final Pattern VERSION = Pattern.compile("v=(\\d+)\\.");
    private static final String EMBEDDED_VERSION = "1.4.4";

    private RedisBinary() {}

    static Path find() {
        return Programs.find("redis-server")
                .filter(program -> majorVersion(program).orElse(0) >= LEAST_MAJOR_ON_PATH)
                .orElseGet(RedisBinary::embedded);
    }

    private static Path embedded() {
        String resource = resourceName();
        Path folder =
                CacheFolder.fillOnce(
                        CacheFolder.ofUser(),
                        "redis/" + EMBEDDED_VERSION,
                        work -> extract(resource, work.resolve("redis-server")));
        return folder.resolve("redis-server");
    }

    private static void extract(String resource, Path target) throws IOException {
        try (InputStream in = RedisBinary.class.getResourceAsStream("/" + resource)) {
            if (in == null) {
                throw new IOException(resource + " is missing on the class path");
            }
            Files.copy(in, target);
        }
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** Names of the files in the embedded-redis 1.4.4 jar. */
    private static String resourceName() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        boolean arm = System.getProperty("os.arch", "").equals("aarch64");
        if (os.startsWith("mac")) {
            return "redis-server-6.2.6-v5-darwin-" + (arm ? "arm64" : "amd64");
        }
        if (os.startsWith("linux")) {
            return arm ? "redis-server-6.2.7-linux-arm64" : "redis-server-6.2.6-v5-linux-amd64";
        }
        throw new StartFailed(
                "No redis-server for %s: install Redis %d or newer, or set REDIS_URL"
                        .formatted(os, LEAST_MAJOR_ON_PATH));
    }

    private static Optional<Integer> majorVersion(Path program) {
        try {
            Process process =
                    new ProcessBuilder(program.toString(), "--version")
                            .redirectErrorStream(true)
                            .start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            Matcher version = VERSION.matcher(text);
            return version.find()
                    ? Optional.of(Integer.valueOf(version.group(1)))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
