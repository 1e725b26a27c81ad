package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import otherworld.local.process.ClassArchive;
import otherworld.local.process.TrainedCaches;

/**
 * What makes a cluster's programs start sooner: the cache that the build's training made or,
 * without one, an {@linkplain ClassArchive archive of parsed classes} that the first run leaves,
 * named by the build that it is of.
 *
 * @param folder of one cluster: no two processes write the same archive
 */
record StartUpCache(Path folder, TrainedCaches trained) {
    /** Flags for a program that runs once in the cluster at a time. */
    List<String> flags(String program, String classPath, List<String> jvmFlags) {
        return archive(program, classPath, jvmFlags).writing();
    }

    /**
     * For a program of which several processes may run at a time.
     *
     * @param jvmFlags it is started with
     */
    ClassArchive archive(String program, String classPath, List<String> jvmFlags) {
        return trained.find(program, classPath, jvmFlags)
                .map(ClassArchive::trained)
                .orElseGet(() -> ownArchive(program, classPath, jvmFlags));
    }

    private ClassArchive ownArchive(String program, String classPath, List<String> jvmFlags) {
        try {
            Files.createDirectories(folder);
            String build = TrainedCaches.fingerprint(classPath, jvmFlags);
            Path archive = folder.resolve(program + "-" + build + ".jsa");
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
}
