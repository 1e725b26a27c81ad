package otherworld.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;

/**
 * Colyseus doing the work of bench presence: its server on the servers' core, its players on the
 * generator's ({@code benchmarks/peers/colyseus}, of which few decode what comes, so that they do
 * not take more than their core).
 */
final class ColyseusPeer implements AutoCloseable {
    private static final int PROBES = 2;
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final Pinning pinning;
    private final int port;
    private final ChildProcess server;
    private int rounds;

    private ColyseusPeer(Path folder, Pinning pinning, int port, ChildProcess server) {
        this.folder = folder;
        this.pinning = pinning;
        this.port = port;
        this.server = server;
    }

    /**
     * Its packages are fetched if they are not there.
     *
     * @param rateHz how often it tells its players of each other
     * @throws IOException if it cannot be had or does not start; the message says why
     */
    static ColyseusPeer start(Path root, Path work, Pinning pinning, int rateHz)
            throws IOException, InterruptedException {
        // Node looks for packages beside the scripts.
        Path folder = Files.createTempDirectory(work, "colyseus-");
        Files.createSymbolicLink(
                folder.resolve("node_modules"), packages(root, work).resolve("node_modules"));
        for (String file : List.of("server.mjs", "load.mjs", "package.json")) {
            Files.copy(
                    root.resolve("benchmarks/peers/colyseus").resolve(file), folder.resolve(file));
        }
        int port = FreePorts.next();
        List<String> command = new ArrayList<>(pinning.serverPrefix());
        command.addAll(
                List.of("node", "server.mjs", Integer.toString(port), Integer.toString(rateHz)));
        Path log = folder.resolve("server.log");
        ChildProcess server =
                ChildProcess.start(
                        ProcessSpec.of("colyseus", folder, log, command)
                                .withEnvironment(Map.of("NODE_ENV", "production")));
        try {
            LogLine.await(server, log, "listening", START_LIMIT);
            return new ColyseusPeer(folder, pinning, port, server);
        } catch (IOException | InterruptedException e) {
            server.kill();
            throw e;
        }
    }

    private static Path packages(Path root, Path work) throws IOException, InterruptedException {
        Path log = work.resolve("colyseus-packages.log");
        Path found = work.resolve("colyseus-packages");
        Process finding =
                new ProcessBuilder(
                                root.resolve("tools/interop/interop-assets").toString(), "colyseus")
                        .redirectOutput(found.toFile())
                        .redirectError(log.toFile())
                        .start();
        if (!finding.waitFor(FETCH_LIMIT) || finding.exitValue() != 0) {
            finding.destroy();
            throw new IOException("Colyseus cannot be had here: " + Files.readString(log).strip());
        }
        return Path.of(Files.readString(found).strip());
    }

    /** Players come, are measured for a time, and go. */
    Round round(int players, int movesHz, Duration settle, Duration time)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(pinning.generatorPrefix());
        command.addAll(List.of("node", "load.mjs"));
        for (long argument :
                new long[] {port, players, PROBES, movesHz, settle.toSeconds(), time.toSeconds()}) {
            command.add(Long.toString(argument));
        }
        Path log = folder.resolve("load-%d.log".formatted(++rounds));
        try (ChildProcess load =
                ChildProcess.start(ProcessSpec.of("colyseus players", folder, log, command))) {
            LogLine.await(load, log, "measuring", settle.plusSeconds(60));
            CpuMeter cpu = CpuMeter.of(server);
            String json = LogLine.await(load, log, "{", time.plusSeconds(30));
            double cores = cpu.cores();
            JsonNode said = new ObjectMapper().readTree(json);
            return Round.told(cores, said.path("cores").asDouble(), said);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
