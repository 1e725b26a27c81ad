package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import otherworld.local.process.ClassArchive;

/**
 * Where the {@linkplain ClassArchive archives of parsed classes} of a cluster's programs are, each
 * named by the build that it is of.
 *
 * @param folder of one cluster: no two processes write the same archive
 */
record StartUpCache(Path folder) {
    /** Flags for a program that runs once in the cluster at a time. */
    List<String> flags(String program, String classPath) {
        return archive(program, classPath).writing();
    }

    /** For a program of which several processes may run at a time. */
    ClassArchive archive(String program, String classPath) {
        try {
            Files.createDirectories(folder);
            Path archive = folder.resolve(program + "-" + fingerprint(classPath) + ".jsa");
            deleteOlder(program, archive);
            return new ClassArchive(archive);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make " + folder, e);
        }
    }

    /** Those of earlier builds: 50 MB each, and no class path fits them any more. */
    private void deleteOlder(String program, Path archive) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, program + "-*.jsa")) {
            for (Path one : all) {
                if (!one.equals(archive)) {
                    Files.deleteIfExists(one);
                }
            }
        }
    }

    /** Of the jars' names, sizes and times, and of the JDK. */
    private static String fingerprint(String classPath) throws IOException {
        StringBuilder text = new StringBuilder(System.getProperty("java.vm.version"));
        for (String jar : classPath.split(java.io.File.pathSeparator, -1)) {
            Path file = Path.of(jar);
            text.append(jar)
                    .append(Files.size(file))
                    .append(Files.getLastModifiedTime(file).toMillis());
        }
        CRC32 crc = new CRC32();
        crc.update(text.toString().getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }
}
