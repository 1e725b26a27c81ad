package otherworld.protocol.schema;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The version after the newest, made up: what may be added is added once, so that tests see both
 * sides of a roll-out before there is one.
 */
public final class NextVersion {
    private NextVersion() {}

    /** protocol/schema with a field, a message and a code {@code since} the next version. */
    public static Schema schema(Path root) throws IOException {
        String text = Files.readString(root.resolve("protocol/schema/otherworld.schema"));
        int now = SchemaFile.parse(text).version();
        int next = now + 1;
        String added =
                text.replace("\nversion %d\n".formatted(now), "\nversion %d\n".formatted(next))
                        .replace(
                                "\n# The player goes:",
                                """

                                # Sits down.
                                client 9 Sit since %1$d
                                    seat            varuint

                                # The player goes:\
                                """
                                        .formatted(next))
                        .replace(
                                "    joints          u8  ",
                                "    scale           f32 since %1$d = 1\n    tint            string(MAX_MODEL_BYTES) since %1$d\n    joints          u8  "
                                        .formatted(next))
                        .replace(
                                "    pose                pose                       # where the avatar stands",
                                "    pose                pose                       # where the avatar stands\n    motto               string(MAX_DETAIL_BYTES) since %1$d"
                                        .formatted(next))
                        .replace(
                                "# Why a move was not",
                                "    13 OCCUPIED since %1$d = OUT_OF_REACH # Somebody has it.\n\n# Why a move was not"
                                        .formatted(next));
        return SchemaFile.parse(added.replace("\n\n    13 OCCUPIED", "\n    13 OCCUPIED"));
    }

    /** The sources of module protocol with the codecs of the next version in place of these. */
    public static void write(Path root, Path folder) throws IOException {
        Path sources = root.resolve("protocol/src/main/java/otherworld/protocol");
        Path into = Files.createDirectories(folder.resolve("otherworld/protocol"));
        try (var files = Files.list(sources)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                String name = file.getFileName().toString();
                if (!name.equals("package-info.java")) {
                    Files.copy(file, into.resolve(name));
                }
            }
        }
        for (var generated : JavaSources.of(schema(root)).entrySet()) {
            Files.writeString(into.resolve(generated.getKey()), generated.getValue());
        }
    }

    /** The codec of pages: a file beside a copy of wire.js. */
    public static Path writeWeb(Path root, Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("package.json"), "{\"type\": \"module\"}");
        Files.copy(root.resolve("clients/web/wire.js"), folder.resolve("wire.js"));
        return Files.writeString(folder.resolve("protocol.js"), WebCodec.source(schema(root)));
    }

    /** A project of Godot with the add-on and the test of versions. */
    public static Path writeGodot(Path root, Path folder) throws IOException {
        Path project = root.resolve("clients/godot");
        Path addon = Files.createDirectories(folder.resolve("addons/otherworld"));
        Files.createDirectories(folder.resolve("tests"));
        Files.copy(project.resolve("project.godot"), folder.resolve("project.godot"));
        Files.copy(
                project.resolve("tests/versions.gd"),
                folder.resolve("tests").resolve("versions.gd"));
        for (String file : new String[] {"pose.gd", "wire_reader.gd", "wire_writer.gd"}) {
            Files.copy(project.resolve("addons/otherworld").resolve(file), addon.resolve(file));
        }
        Files.writeString(addon.resolve("protocol.gd"), GodotCodec.source(schema(root)));
        return folder;
    }
}
