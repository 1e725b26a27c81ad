package otherworld.local.node;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image means on this machine: the command that stands for it, as an image's entrypoint
 * would. A container's {@code args} are appended.
 *
 * @param commands image reference, exactly as pods write it → program and arguments; the program is
 *     a path or a name on PATH
 */
public record ImageCommands(Map<String, List<String>> commands) {
    public ImageCommands {
        commands.forEach((image, command) -> {
            if (command.isEmpty()) {
                throw new IllegalArgumentException(
                        "Image '%s' has an empty command".formatted(image));
            }
        });
        commands = Map.copyOf(commands);
    }

    Optional<List<String>> of(String image) {
        return Optional.ofNullable(commands.get(image));
    }
}
