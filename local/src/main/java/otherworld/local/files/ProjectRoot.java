package otherworld.local.files;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import otherworld.local.process.StartFailed;

/** The checkout this code was built from: it holds {@code tools/} and the built modules. */
public final class ProjectRoot {
    /** Set by the launcher and the build. */
    public static final String PROPERTY = "otherworld.root";

    private ProjectRoot() {}

    /** From {@value #PROPERTY}, else the nearest parent of the working directory that is one. */
    public static Path find() {
        String configured = System.getProperty(PROPERTY);
        if (configured != null) {
            return Path.of(configured).toAbsolutePath();
        }
        for (@Nullable Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("tools/kube/kube-assets"))) {
                return folder;
            }
        }
        throw new StartFailed(
                "No Otherworld checkout above %s: set -D%s"
                        .formatted(Path.of("").toAbsolutePath(), PROPERTY));
    }
}
