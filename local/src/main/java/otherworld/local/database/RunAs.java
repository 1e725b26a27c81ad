package otherworld.local.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import otherworld.local.files.CacheFolder;
import otherworld.local.process.Programs;
import otherworld.local.process.StartFailed;

/**
 * The account PostgreSQL runs under: it refuses root, so root runs it as an account that owns
 * nothing else.
 *
 * @param user empty for the present user
 */
record RunAs(Optional<String> user) {
    private static final List<String> CANDIDATES = List.of("postgres", "_postgres", "nobody");

    static RunAs choose() {
        if (!CacheFolder.isRoot()) {
            return new RunAs(Optional.empty());
        }
        return CANDIDATES.stream()
                .filter(RunAs::exists)
                .findFirst()
                .map(name -> new RunAs(Optional.of(name)))
                .orElseThrow(() ->
                        new StartFailed(
                                "PostgreSQL refuses to run as root and none of the accounts "
                                        + CANDIDATES
                                        + " exists: add one, run as an ordinary user, or"
                                        + " set CRDB_URL"));
    }

    /** What to put before a command so that it runs under the account. */
    List<String> prefix() {
        if (user.isEmpty()) {
            return List.of();
        }
        String name = user.get();
        // setpriv execs and so keeps the pid; the others stay as parents.
        if (Programs.find("setpriv").isPresent()) {
            return List.of(
                    "setpriv", "--reuid=" + name, "--regid=" + group(name), "--clear-groups", "--");
        }
        if (Programs.find("runuser").isPresent()) {
            return List.of("runuser", "-u", name, "--");
        }
        return List.of("su", "-s", "/bin/sh", name, "-c", "exec \"$0\" \"$@\"", "--");
    }

    /** Makes a folder that the account alone can use. */
    Path ownedFolder(Path folder) {
        try {
            Files.createDirectories(folder);
            if (user.isPresent()) {
                Files.setOwner(folder, principal(user.get()));
            }
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make folder " + folder, e);
        }
    }

    private static String group(String name) {
        try {
            Process id = new ProcessBuilder("id", "-g", name).start();
            return new String(
                            id.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.US_ASCII)
                    .trim();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not find the group of " + name, e);
        }
    }

    private static boolean exists(String name) {
        try {
            principal(name);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static UserPrincipal principal(String name) throws IOException {
        return Path.of("/")
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(name);
    }
}
