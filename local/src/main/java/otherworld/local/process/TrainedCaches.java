package otherworld.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Caches of linked classes and profiles (JEP 483 and 515), made by the training that follows a
 * build. Each is named by what it is of, the jars, the flags and the JDK, so that none is used for
 * another build: the JVM compares flags and JDK as well, and goes on without one that does not fit,
 * but jars it does not compare.
 *
 * @param folder of a checkout
 */
public record TrainedCaches(Path folder) {
    // Else a cache that cannot be used is told of in each program's log.
    private static final List<String> QUIET = List.of("-Xlog:aot=off", "-Xlog:cds=off");

    public static TrainedCaches of(Build build) {
        return new TrainedCaches(build.root().resolve("target/startup"));
    }

    /** Where the cache of {@code program} is or would be. */
    public Path file(String program, String classPath, List<String> flags) {
        return folder.resolve(program + "-" + fingerprint(classPath, flags) + ".aot");
    }

    public Optional<Path> find(String program, String classPath, List<String> flags) {
        return Optional.of(file(program, classPath, flags)).filter(Files::isRegularFile);
    }

    /** Flags for a process that uses {@code cache}. */
    static List<String> using(Path cache) {
        return List.of("-XX:AOTCache=" + cache, QUIET.getFirst(), QUIET.getLast());
    }

    /** Deletes those of earlier builds: 60 MB each, and no class path fits them any more. */
    public void keepOnly(String program, Path cache) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, program + "-*.aot")) {
            for (Path one : all) {
                if (!one.equals(cache)) {
                    Files.deleteIfExists(one);
                }
            }
        }
    }

    /** Of the jars' names, sizes and times, the flags, and the JDK. */
    public static String fingerprint(String classPath, List<String> flags) {
        StringBuilder text = new StringBuilder(System.getProperty("java.vm.version"));
        flags.forEach(text::append);
        try {
            for (String jar : classPath.split(java.io.File.pathSeparator, -1)) {
                Path file = Path.of(jar);
                text.append(jar)
                        .append(Files.size(file))
                        .append(Files.getLastModifiedTime(file).toMillis());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not look at the class path " + classPath, e);
        }
        CRC32 crc = new CRC32();
        crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
