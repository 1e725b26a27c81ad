package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import otherworld.local.controlplane.ControlPlane;
import otherworld.local.database.DatabaseServer;
import otherworld.local.files.DataFolders;
import otherworld.local.files.Found;
import otherworld.local.files.MadeOnce;
import otherworld.local.files.Trees;
import otherworld.local.process.StartFailed;
import otherworld.local.redis.RedisServer;

/**
 * A state folder with each of its files in turn gone, empty or overwritten: what a start makes of
 * it before any server runs. The files are those that are there, so that a new one is covered by
 * itself.
 */
class StateFolderTest {
    private static final int API_PORT = 10_001;

    private Path folder = Path.of("");
    private Home home = new Home(folder);

    enum Damage {
        GONE,
        EMPTY,
        GARBAGE;

        void of(Path file) throws IOException {
            switch (this) {
                case GONE -> Files.delete(file);
                case EMPTY -> Files.write(file, new byte[0]);
                case GARBAGE -> Files.write(file, new byte[] {(byte) 0xff, 0, 'x', '\n'});
            }
        }
    }

    @BeforeEach
    void make() throws IOException {
        // In memory where there is such a file system: each start forces files to the disk.
        Path memory = Path.of("/dev/shm");
        folder =
                Files.isWritable(memory)
                        ? Files.createTempDirectory(memory, "otherworld-state-")
                        : Files.createTempDirectory("otherworld-state-");
        home = new Home(folder);
        DatabaseFolder.purge(home);
        home.create();
        assertThat(start()).as("what a first start tells").isEmpty();
        servers();
        assertThat(start()).as("what a second start tells").isEmpty();
    }

    @AfterEach
    void purge() {
        DatabaseFolder.purge(home);
        Trees.delete(folder);
    }

    @TestFactory
    Stream<DynamicTest> nothingNewComesSilentlyOverWhatWas() throws IOException {
        Map<Path, byte[]> whole = contents();
        assertThat(whole).hasSizeGreaterThan(30);
        List<Path> files = List.copyOf(whole.keySet());
        return files.stream()
                .flatMap(file ->
                        damages(files.indexOf(file)).stream()
                                .map(damage ->
                                        DynamicTest.dynamicTest(
                                                damage + " " + folder.relativize(file),
                                                () -> survives(whole, file, damage))));
    }

    /** One of them for each file; {@link StateFolderIT} does all. */
    List<Damage> damages(int file) {
        return List.of(Damage.values()[file % Damage.values().length]);
    }

    /** Whether to start once more, which has nothing to tell any more. */
    boolean goesOn() {
        return false;
    }

    private void survives(Map<Path, byte[]> whole, Path file, Damage damage) throws IOException {
        restore(whole);
        damage.of(file);
        List<String> told = new ArrayList<>();
        try {
            told.addAll(start());
        } catch (StartFailed e) {
            assertThat(e.getMessage())
                    .as("a refusal names the folder and the ways out")
                    .contains(storeOf(file))
                    .contains("up --anew")
                    .contains("down --purge")
                    .contains("restore");
            assertThat(contents())
                    .as("a refusal changes no state")
                    .containsKeys(states(whole, file));
            return;
        }
        // What is left of the others is somewhere, be it put aside.
        List<byte[]> left = List.copyOf(contents().values());
        whole.forEach((other, bytes) -> {
            if (!other.equals(file)) {
                assertThat(left).as("%s is not lost", other).anyMatch(b -> same(b, bytes, other));
            }
        });
        boolean asItWas =
                Files.exists(file)
                        && same(
                                Files.readAllBytes(file),
                                Objects.requireNonNull(whole.get(file)),
                                file);
        if (!asItWas && !isServersOwn(file)) {
            assertThat(told)
                    .as("a new one in its place is told")
                    .anyMatch(line ->
                            line.contains(file.getFileName().toString())
                                    || line.contains(String.valueOf(file.getParent())));
        }
        if (goesOn()) {
            assertThat(start()).as("the next start").isEmpty();
        }
    }

    private static Path[] states(Map<Path, byte[]> whole, Path damaged) {
        return whole.keySet().stream()
                .filter(file -> isData(file) && !file.equals(damaged))
                .toArray(Path[]::new);
    }

    private static String storeOf(Path file) {
        return file.toString().replaceAll(".*/(cluster|etcd|appendonlydir)/.*", "$1");
    }

    private static boolean isData(Path file) {
        return file.toString().matches(".*/(cluster|etcd|appendonlydir)/.*");
    }

    /** Servers look at the contents of their files themselves, and refuse those that are wrong. */
    private static boolean isServersOwn(Path file) {
        return isData(file);
    }

    /** Tokens and keys are others when they were made anew; then so is what is made from them. */
    private static boolean same(byte[] a, byte[] b, Path file) {
        return Arrays.equals(a, b)
                || file.toString().endsWith(".kubeconfig")
                || file.getFileName().toString().equals("tokens.csv")
                || file.getFileName().toString().equals("inventory")
                || file.getFileName().toString().equals("owner");
    }

    /**
     * A file that cannot be read (a bad disk, another account's) may be whole: nothing takes its
     * place. To read this one fails with EIO, for root too.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void whatCannotBeReadIsLeftWhereItIs() throws IOException {
        Map<Path, byte[]> whole = contents();
        for (Path file :
                List.of(
                        home.inventory(),
                        home.ports(),
                        home.secrets().resolve("ticket-keys.json"),
                        home.secrets().resolve("database-password"),
                        home.data("kube").resolve("pki/ca.crt"),
                        home.data("kube").resolve("users/admin.token"),
                        database().resolve("PG_VERSION"))) {
            restore(whole);
            Files.delete(file);
            Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
            assertThat(catchThrowable(this::start))
                    .as("%s", file)
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining(file + " cannot be read")
                    .hasMessageContaining("let this account read it, or move it away");
            assertThat(file).isSymbolicLink();
        }
        restore(whole);
    }

    @Test
    void aServerThatDoesNotStartOnItsDataIsToldWithTheWaysOut() {
        Inventory inventory = Inventory.open(home, _ -> {});
        StateGuard guard = new StateGuard(inventory, Set.of(), _ -> {});
        StartFailed failure = new StartFailed("etcd ended with exit code 2");
        Supplier<Store> server =
                () -> {
                    throw failure;
                };
        assertThat(catchThrowable(() -> guard.start(Store.ETCD, server)))
                .isInstanceOf(StartFailed.class)
                .hasMessageContainingAll(
                        failure.getMessage(), "restore", "up --anew etcd", "down --purge");
        inventory.forget(Store.ETCD);
        assertThat(catchThrowable(() -> guard.start(Store.ETCD, server)))
                .as("its first start: no data is at stake")
                .isSameAs(failure);
    }

    @Test
    void dataThatIsWhollyGoneIsNotBegunAnew() throws IOException {
        for (Path data : List.of(etcd(), database())) {
            Map<Path, byte[]> whole = contents();
            Trees.delete(data);
            assertThat(catchThrowable(this::start))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining(" is gone or empty")
                    .hasMessageContaining(String.valueOf(data.getParent()));
            restore(whole);
        }
    }

    /** An empty data set is an empty file to Redis 6. */
    @Test
    void redisBeforeItsVersion7KeepsOneFile() throws IOException {
        Path data = RedisServer.data(home.data("redis"));
        Trees.delete(data);
        Files.createDirectories(data);
        Files.createFile(data.resolve("appendonly.aof"));
        assertThat(DataFolders.redis(data)).isEqualTo(new Found.Whole());
    }

    @Test
    void anewPutsAsideAndBegins() throws IOException {
        Files.delete(etcd().resolve("member/wal/0.wal"));
        assertThat(start(Set.of(Store.ETCD)))
                .singleElement()
                .asString()
                .contains("as you asked")
                .contains("begun anew");
        assertThat(etcd()).doesNotExist();
        try (Stream<Path> left = Files.list(etcd().getParent())) {
            assertThat(left)
                    .anyMatch(path -> path.getFileName().toString().startsWith("etcd.aside"));
        }
    }

    @Test
    void theInventoryAndAFolderThatAreBothLostAreToldApartFromAFirstStart() throws IOException {
        Files.delete(database().resolve("PG_VERSION"));
        Files.delete(home.inventory());
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThat(catchThrowable(this::start))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("PG_VERSION");
        }
    }

    @Test
    void whatAnInterruptedFirstStartLeftIsPutAside() throws IOException {
        Trees.delete(folder);
        DatabaseFolder.purge(home);
        home.create();
        Inventory.open(home, _ -> {});
        Path half = etcd().resolve("member/snap/db");
        Files.createDirectories(half.getParent());
        Files.writeString(half, "half");
        assertThat(start()).singleElement().asString().contains("interrupted").contains("etcd");
    }

    private List<String> start() {
        return start(Set.of());
    }

    /** What {@link ClusterStart} does before each server starts, and once it answers. */
    private List<String> start(Set<Store> anew) {
        List<String> told = new ArrayList<>();
        Inventory inventory = Inventory.open(home, told::add);
        StateGuard guard = new StateGuard(inventory, anew, told::add);
        MadeOnce once = new MadeOnce(inventory::has, inventory::add, told::add);
        // A cluster that starts at this moment may take the block that is free between two starts.
        Consumer<String> tellButOfPorts =
                line -> {
                    if (!line.startsWith("another program listens in this cluster's ports")) {
                        told.add(line);
                    }
                };
        Ports.claim(home.ports(), once, tellButOfPorts).close();
        Secrets secrets = new Secrets(home.secrets(), once);
        secrets.signingKeys();
        secrets.grpcToken();
        secrets.oidcClientSecret();
        secrets.oidcKey();
        secrets.redisPassword();
        secrets.databasePassword();
        guard.admit(Store.REDIS, RedisServer.data(home.data("redis")), DataFolders::redis);
        Path data = DatabaseFolder.of(home, inventory, told::add);
        guard.admit(Store.DATABASE, data, DatabaseServer::look);
        guard.admit(Store.ETCD, etcd(), DataFolders::etcd);
        try {
            Files.createDirectories(home.data("kube"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ControlPlane.makeKeys(home.data("kube"), API_PORT, once);
        try {
            redis(); // begins at once, with what there is
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (anew.isEmpty() && Files.exists(etcd())) {
            Stream.of(Store.values()).forEach(store -> guard.start(store, () -> store));
        }
        return told;
    }

    private Path etcd() {
        return ControlPlane.etcdData(home.data("kube"));
    }

    private Path database() throws IOException {
        return DatabaseFolder.of(home, Inventory.open(home, _ -> {}), _ -> {}).resolve("cluster");
    }

    /** What servers would have written. */
    private void servers() throws IOException {
        for (String file : List.of("member/snap/db", "member/wal/0.wal")) {
            write(etcd().resolve(file));
        }
        for (String file :
                List.of(
                        "global/pg_control",
                        "global/1262",
                        "pg_hba.conf",
                        "postgresql.conf",
                        "base/1/1255")) {
            write(database().resolve(file));
        }
        Files.writeString(database().resolve("PG_VERSION"), "18\n");
        redis();
    }

    private void redis() throws IOException {
        Path redis = RedisServer.data(home.data("redis")).resolve("appendonlydir");
        if (!Files.exists(redis)) {
            write(redis.resolve("appendonly.aof.manifest"));
            write(redis.resolve("appendonly.aof.1.incr.aof"));
        }
    }

    private static void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "what a server wrote to " + file.getFileName());
    }

    private void restore(Map<Path, byte[]> whole) throws IOException {
        Trees.delete(folder);
        DatabaseFolder.purge(home);
        home.create();
        for (Map.Entry<Path, byte[]> file : whole.entrySet()) {
            Files.createDirectories(file.getKey().getParent());
            Files.write(file.getKey(), file.getValue());
        }
    }

    private Map<Path, byte[]> contents() throws IOException {
        Map<Path, byte[]> contents = new TreeMap<>();
        Path outside = DatabaseFolder.ofRoot(home);
        for (Path root : List.of(folder, outside)) {
            if (!Files.exists(root)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    contents.put(file, Files.readAllBytes(file));
                }
            }
        }
        contents.keySet().removeIf(file -> file.toString().endsWith(".lock"));
        return contents;
    }
}
