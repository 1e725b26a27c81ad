package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.files.MadeOnce;
import otherworld.local.process.FreePorts;

class PortsIT {
    @TempDir Path folder;

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @Test
    void keepsTheBlocksItHad() {
        Path file = folder.resolve("ports.properties");
        List<Integer> first;
        String pods;
        try (Ports ports = claim(file)) {
            first = numbers(ports);
            pods = ports.playPorts();
        }
        try (Ports again = claim(file)) {
            assertThat(numbers(again)).isEqualTo(first);
            assertThat(again.playPorts()).isEqualTo(pods);
        }
        assertThat(first).allMatch(port -> port > 10_000 && port < 12_000).doesNotHaveDuplicates();
        assertThat(pods).matches("2[0-9]{4}-2[0-9]{4}");
        assertThat(told).isEmpty();
    }

    /** As four `up`s at once: each claim listens, so that no two can have the same. */
    @Test
    void fourClustersThatStartAtOnceShareNoPort() throws Exception {
        CyclicBarrier begin = new CyclicBarrier(4);
        List<Ports> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Ports>> claims = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Path file =
                        Files.createDirectory(folder.resolve("home" + i))
                                .resolve("ports.properties");
                claims.add(() -> {
                    begin.await();
                    return claim(file);
                });
            }
            for (Future<Ports> claimed : threads.invokeAll(claims)) {
                all.add(claimed.get());
            }
        }
        Set<Integer> parts = new HashSet<>();
        Set<String> pods = new HashSet<>();
        all.forEach(ports -> {
            parts.addAll(numbers(ports));
            pods.add(ports.playPorts());
        });
        all.forEach(Ports::close);
        assertThat(parts).hasSize(4 * Ports.Use.values().length);
        assertThat(pods).hasSize(4);
    }

    @Test
    void movesOnAndSaysSoWhereAnotherProgramListensInItsPorts() throws IOException {
        Path file = folder.resolve("ports.properties");
        int redis;
        try (Ports ports = claim(file)) {
            redis = ports.of(Ports.Use.REDIS);
        }
        try (ServerSocket _ = new ServerSocket(redis, 1, InetAddress.getLoopbackAddress());
                Ports moved = claim(file)) {
            assertThat(moved.of(Ports.Use.REDIS)).isNotEqualTo(redis);
        }
        assertThat(told).singleElement().asString().contains("another program listens");
    }

    @Test
    void putsAsideAFileThatNamesNoBlocks() throws IOException {
        Path file = folder.resolve("ports.properties");
        for (String text : List.of("", "garbage", "parts=99999\n")) {
            Files.writeString(file, text);
            try (Ports ports = claim(file)) {
                assertThat(numbers(ports)).doesNotHaveDuplicates();
            }
        }
        assertThat(told).hasSize(3).allMatch(line -> line.contains("put aside as"));
    }

    @Test
    void aNumberOutsideTheRangeIsNoBlock() throws IOException {
        Path file = folder.resolve("ports.properties");
        Files.writeString(file, "parts=00022\npods=65500\n");
        try (Ports ports = claim(file)) {
            assertThat(numbers(ports)).allMatch(port -> port > 10_000 && port < 12_000);
        }
    }

    @Test
    void portsOfProgramsAreFreeAndDistinct() {
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 150; i++) { // more than one block
            int port = FreePorts.next();
            assertThat(FreePorts.isFree(port)).isTrue();
            ports.add(port);
        }
        assertThat(ports).hasSize(150).allMatch(port -> port > 12_000 && port < 20_000);
    }

    private Ports claim(Path file) {
        return Ports.claim(file, new MadeOnce(_ -> false, _ -> {}, told::add), told::add);
    }

    private static List<Integer> numbers(Ports ports) {
        return Arrays.stream(Ports.Use.values()).map(ports::of).toList();
    }
}
