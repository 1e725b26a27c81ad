package otherworld.local.up;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import otherworld.local.process.FreePorts;

/** The loopback ports of a cluster: chosen once, kept in a file, so that URLs stay good. */
final class Ports {
    /** Who listens. */
    enum Use {
        ETCD_CLIENT,
        ETCD_PEER,
        API_SERVER,
        KUBELET,
        REDIS,
        DATABASE,
        OIDC,
        MATCHMAKER_HTTP,
        MATCHMAKER_GRPC,
        MATCHMAKER_MANAGEMENT,
        OPERATOR_MANAGEMENT
    }

    private final Map<Use, Integer> numbers;

    private Ports(Map<Use, Integer> numbers) {
        this.numbers = numbers;
    }

    /** Reads the ports of {@code file}, choosing those it does not have. */
    static Ports loadOrChoose(Path file) {
        Properties properties = new Properties();
        try {
            if (Files.exists(file)) {
                try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                    properties.load(reader);
                }
            }
            Map<Use, Integer> numbers = new EnumMap<>(Use.class);
            for (Use use : Use.values()) {
                String text = properties.getProperty(use.name());
                numbers.put(use, text == null ? FreePorts.next() : Integer.parseInt(text.strip()));
                properties.setProperty(use.name(), String.valueOf(numbers.get(use)));
            }
            try (Writer writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                properties.store(writer, "Ports of this local cluster, all on 127.0.0.1");
            }
            return new Ports(numbers);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read or write " + file, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "%s has a port that is not a number; delete the file to choose ports anew"
                            .formatted(file),
                    e);
        }
    }

    int of(Use use) {
        return Objects.requireNonNull(numbers.get(use));
    }

    String url(String scheme, Use use) {
        return "%s://127.0.0.1:%d".formatted(scheme, of(use));
    }

    /**
     * @throws IllegalStateException naming every port that another process listens on, and the way
     *     out
     */
    void requireFree(Path file) {
        StringBuilder taken = new StringBuilder();
        numbers.forEach((use, port) -> {
            if (!FreePorts.isFree(port)) {
                taken.append("\n  port %d, meant for %s".formatted(port, use));
            }
        });
        if (!taken.isEmpty()) {
            throw new IllegalStateException(
                    "Another process listens where this cluster keeps its ports:%s\nEnd that process, or delete %s to choose ports anew."
                            .formatted(taken, file));
        }
    }
}
