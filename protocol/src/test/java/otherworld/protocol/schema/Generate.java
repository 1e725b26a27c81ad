package otherworld.protocol.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes all that comes from protocol/schema, where it differs. GeneratedFilesTest does it with
 * {@code -Dregenerate}; where the codecs do not compile and no test runs, from the root of the
 * repository: {@code java protocol/src/test/java/otherworld/protocol/schema/Generate.java}.
 */
public final class Generate {
    private static final Path SCHEMA = Path.of("protocol", "schema", "otherworld.schema");
    private static final Path RECORDS = Path.of("protocol/src/main/java/otherworld/protocol");
    private static final Path DOCUMENT = Path.of("docs", "protocol.md");

    private Generate() {}

    public static void main(String[] arguments) throws IOException {
        Path root = Path.of(arguments.length > 0 ? arguments[0] : ".");
        files(root, schema(root))
                .forEach((file, text) -> {
                    if (!isCurrent(root.resolve(file), text)) {
                        write(root.resolve(file), text);
                        System.out.println(file);
                    }
                });
    }

    public static Schema schema(Path root) throws IOException {
        return SchemaFile.read(root.resolve(SCHEMA));
    }

    /** What each generated file has to say, by its path from the repository's root. */
    static Map<Path, String> files(Path root, Schema schema) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        JavaSources.of(schema).forEach((name, text) -> files.put(RECORDS.resolve(name), text));
        files.put(
                DOCUMENT, DocumentTables.within(Files.readString(root.resolve(DOCUMENT)), schema));
        files.put(Path.of("clients/web/protocol.js"), WebCodec.source(schema));
        files.put(Path.of("clients/web/protocol.d.ts"), WebCodec.types(schema));
        files.put(
                Path.of("clients/godot/addons/otherworld/protocol.gd"), GodotCodec.source(schema));
        return files;
    }

    /** Whether the file says that. Where Java's lines break is Spotless's affair. */
    static boolean isCurrent(Path file, String text) {
        try {
            String stored = Files.exists(file) ? Files.readString(file) : "";
            return file.toString().endsWith(".java")
                    ? unformatted(stored).equals(unformatted(text))
                    : stored.equals(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String unformatted(String java) {
        return java.replaceAll("(?m)^\\s*\\*(?!/)", "").replaceAll("\\s+", "");
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
