package otherworld.e2e.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import otherworld.e2e.Otherworld;
import otherworld.local.database.DatabaseServer;
import otherworld.local.database.ServerOptions;
import otherworld.local.files.Trees;
import otherworld.local.process.FreePorts;
import otherworld.local.redis.RedisServer;

/** What clusters of faults are started in. */
final class Scenes {
    private static final String NEEDS_ROOT = "needs Linux and root, to mount files of its own";

    private Scenes() {}

    static Fault.Scene usual() {
        return new Fault.Scene() {
            @Override
            public Otherworld.Surroundings surroundings() {
                return Otherworld.Surroundings.USUAL;
            }

            @Override
            public void close() {}
        };
    }

    private static boolean mayMount() {
        try {
            return new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Optional<String> unless(boolean possible) {
        return possible ? Optional.empty() : Optional.of(NEEDS_ROOT);
    }

    /** The cluster's PostgreSQL has a disk of its own, in memory, that nobody else sees. */
    static final class SmallDisk implements Fault.Scene {
        static final String MOUNT = "/var/lib/otherworld";

        /** A little more than {@code up} asks for. */
        private static final String SIZE = "1152m";

        @Override
        public Optional<String> missing() {
            return unless(mayMount());
        }

        @Override
        public Otherworld.Surroundings surroundings() {
            String mount =
                    "mkdir -p %s && mount -t tmpfs -o size=%s,mode=755 tmpfs %s && exec \"$@\""
                            .formatted(MOUNT, SIZE, MOUNT);
            return new Otherworld.Surroundings(
                    List.of("unshare", "-m", "bash", "-c", mount, "disk"), Map.of());
        }

        @Override
        public void close() {}
    }

    /**
     * Redis and the database have names, which the cluster's processes ask a name server of ours
     * for.
     */
    static final class Names implements Fault.Scene {
        static final String DATABASE = "database.otherworld.test";
        private static final String REDIS = "redis.otherworld.test";
        private static final String ADDRESS = "127.53.53.53";
        private static final int PORT = 53; // of /etc/resolv.conf, which knows no other

        private final boolean possible = mayMount();
        private Optional<Running> running = Optional.empty();

        private record Running(
                Path folder, Nameserver names, RedisServer redis, DatabaseServer database) {}

        @Override
        public Optional<String> missing() {
            return unless(possible);
        }

        Nameserver nameserver() {
            return running.orElseThrow().names();
        }

        @Override
        public Otherworld.Surroundings surroundings() {
            try {
                Path folder = Trees.makePublic(Trees.temporary("names"));
                Path resolver = folder.resolve("resolv.conf");
                Files.writeString(resolver, "nameserver %s%n".formatted(ADDRESS));
                Nameserver names = new Nameserver(InetAddress.getByName(ADDRESS), PORT);
                RedisServer redis = RedisServer.start();
                DatabaseServer database =
                        DatabaseServer.start(
                                new ServerOptions(
                                        folder,
                                        folder.resolve("database.log"),
                                        folder.resolve("data"),
                                        FreePorts.next(),
                                        UUID.randomUUID().toString(),
                                        true),
                                Map.of());
                running = Optional.of(new Running(folder, names, redis, database));
                return new Otherworld.Surroundings(
                        List.of(
                                "unshare",
                                "-m",
                                "bash",
                                "-c",
                                "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"",
                                resolver.toString()),
                        Map.of(
                                "REDIS_URL",
                                redis.url().replace("127.0.0.1", REDIS),
                                "CRDB_URL",
                                "postgresql://%s:%s@%s:%d/postgres"
                                        .formatted(
                                                database.user(),
                                                database.password(),
                                                DATABASE,
                                                port(database))));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private static int port(DatabaseServer database) {
            return URI.create(database.jdbcUrl().substring("jdbc:".length())).getPort();
        }

        @Override
        public void close() {
            running.ifPresent(all -> {
                all.database().close();
                all.redis().close();
                all.names().close();
                Trees.delete(all.folder());
            });
        }
    }
}
