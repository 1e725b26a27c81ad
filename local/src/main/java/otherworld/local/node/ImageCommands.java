package otherworld.local.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.local.process.ClassArchive;

/**
 * What an image means on this machine: the command that stands for it, as an image's entrypoint
 * would. A container's {@code args} are appended.
 *
 * @param commands image reference, exactly as pods write it → program and arguments; the program is
 *     a path or a name on PATH
 * @param archives image reference → what all its processes share, for commands that are {@code
 *     java}; not every image has one
 */
public record ImageCommands(
        Map<String, List<String>> commands, Map<String, ClassArchive> archives) {
    public ImageCommands(Map<String, List<String>> commands) {
        this(commands, Map.of());
    }

    public ImageCommands {
        commands.forEach((image, command) -> {
            if (command.isEmpty()) {
                throw new IllegalArgumentException(
                        "Image '%s' has an empty command".formatted(image));
            }
        });
        commands = Map.copyOf(commands);
        archives = Map.copyOf(archives);
    }

    Optional<List<String>> of(String image) {
        return Optional.ofNullable(commands.get(image));
    }

    Optional<ClassArchive> archive(String image) {
        return Optional.ofNullable(archives.get(image));
    }
}
