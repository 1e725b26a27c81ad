package otherworld.ops.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that somebody renews: looked at every {@link #LOOK}, and taken up whole or not at all; of
 * no use, or gone, they leave what was there before. Thread-safe.
 */
public final class WatchedFiles<T> implements Supplier<T>, AutoCloseable {
    /** A kubelet itself takes up to a minute to bring a changed Secret to a pod. */
    public static final Duration LOOK = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(WatchedFiles.class);

    private final List<Path> files;
    private final Parser<T> parser;
    private final Consumer<T> renewed;
    private volatile Read<T> current;
    private volatile String trouble = "";
    private @Nullable Thread watch;

    private record Read<T>(List<byte[]> bytes, T value) {
        boolean isOf(List<byte[]> others) {
            for (int i = 0; i < others.size(); i++) {
                if (!Arrays.equals(bytes.get(i), others.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Makes one thing of what is in the files. */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(List<byte[]> contents) throws Unusable;
    }

    private WatchedFiles(List<Path> files, Parser<T> parser, Consumer<T> renewed) throws Unusable {
        this.files = List.copyOf(files);
        this.parser = parser;
        this.renewed = renewed;
        List<byte[]> bytes = bytes();
        current = new Read<>(bytes, parser.parse(bytes));
    }

    /**
     * @param renewed told of what replaces the former, before anybody gets it
     * @throws Unusable with the file, what is wrong, and what should be there
     */
    public static <T> WatchedFiles<T> of(List<Path> files, Parser<T> parser, Consumer<T> renewed)
            throws Unusable {
        return new WatchedFiles<>(files, parser, renewed);
    }

    /** Looks for renewed files from now on. */
    public void watch() {
        watch =
                Thread.ofVirtual()
                        .name("tls files")
                        .start(() -> {
                            try {
                                while (true) {
                                    Thread.sleep(LOOK);
                                    look();
                                }
                            } catch (InterruptedException e) {
                                log.debug("No longer looking for renewed certificates");
                            }
                        });
    }

    /** Takes renewed files up; keeps what it has if they are of no use, and says so once. */
    public void look() {
        try {
            List<byte[]> bytes = bytes();
            if (!current.isOf(bytes)) {
                T value = parser.parse(bytes);
                renewed.accept(value);
                current = new Read<>(bytes, value);
            }
            trouble = "";
        } catch (Unusable e) {
            String now = String.valueOf(e.getMessage());
            if (!now.equals(trouble)) {
                log.error("The certificate of before stays: {}", now);
            }
            trouble = now;
        }
    }

    /** What is in the files, or was when they were last of use. */
    @Override
    public T get() {
        return current.value();
    }

    /** What is wrong with the files now; empty if nothing is. */
    public String trouble() {
        return trouble;
    }

    private List<byte[]> bytes() throws Unusable {
        List<byte[]> all = new ArrayList<>();
        for (Path file : files) {
            try {
                all.add(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new Unusable("%s cannot be read: %s".formatted(file, e), e);
            }
        }
        return all;
    }

    @Override
    public void close() {
        Thread running = watch;
        if (running != null) {
            running.interrupt();
        }
    }
}
