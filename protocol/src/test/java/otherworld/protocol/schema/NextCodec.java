package otherworld.protocol.schema;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** The codec of {@link NextVersion}, compiled beside the one here. */
public final class NextCodec implements AutoCloseable {
    private final URLClassLoader loader;

    private NextCodec(URLClassLoader loader) {
        this.loader = loader;
    }

    /** Compiles it in a folder, which takes some two seconds. */
    public static NextCodec compiled(Path root, Path folder) throws IOException {
        Path sources = folder.resolve("sources");
        Path classes = folder.resolve("classes");
        NextVersion.write(root, sources);
        List<String> arguments;
        try (Stream<Path> files = Files.walk(sources)) {
            arguments =
                    Stream.concat(
                                    Stream.of("-proc:none", "-d", classes.toString()),
                                    files.map(Path::toString).filter(f -> f.endsWith(".java")))
                            .toList();
        }
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, arguments.toArray(String[]::new));
        if (failed != 0) {
            throw new IllegalStateException("the next version does not compile");
        }
        return new NextCodec(
                new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader()));
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    /**
     * A message of that version.
     *
     * @param side Client or Server
     */
    public Object decode(String side, byte[] bytes, int version) throws Exception {
        Class<?> readers = loader.loadClass("otherworld.protocol.Reader");
        Object reader = readers.getConstructor().newInstance();
        readers.getMethod("wrap", byte[].class, int.class, int.class)
                .invoke(reader, bytes, 0, bytes.length);
        readers.getMethod("speak", int.class).invoke(reader, version);
        return messages("decode" + side, readers).invoke(null, reader);
    }

    /** Why it is none; empty if it is one. */
    public String reason(String side, byte[] bytes, int version) throws Exception {
        try {
            decode(side, bytes, version);
            return "";
        } catch (InvocationTargetException e) {
            return value(e.getCause(), "reason").toString();
        }
    }

    /** For a peer of that version. */
    public byte[] encode(Object message, int version) throws Exception {
        Class<?> type = loader.loadClass("otherworld.protocol.Message");
        return (byte[]) messages("encode", type, int.class).invoke(null, message, version);
    }

    static Object value(Object record, String component) throws Exception {
        return record.getClass().getMethod(component).invoke(record);
    }

    private Method messages(String name, Class<?>... parameters) throws Exception {
        return loader.loadClass("otherworld.protocol.Messages").getMethod(name, parameters);
    }
}
