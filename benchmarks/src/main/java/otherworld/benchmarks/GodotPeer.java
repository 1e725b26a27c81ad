package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;

/**
 * A headless Godot server doing the work of bench presence by its high-level multiplayer, on the
 * servers' core, and its players, who are Godot's too, on the generator's ({@code
 * benchmarks/peers/godot}). A server of its own for each round: it has nothing to warm up, and its
 * main loop runs without players too.
 */
final class GodotPeer {
    private static final int PROBES = 2;
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    /** Joining and its limit, by players.gd. */
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);

    private final Path godot;
    private final Path folder;
    private final Pinning pinning;
    private int rounds;

    /** How the server tells its players of each other. */
    enum Way {
        /** All that moved in a tick in few unreliable calls of packed bytes, by hand. */
        CALLS("websocket"),
        /** A MultiplayerSynchronizer for each avatar. */
        SYNCHRONIZERS("enet");

        /** On which it is cheaper: docs/benchmarks.md has both. */
        private final String transport;

        Way(String transport) {
            this.transport = transport;
        }
    }

    private GodotPeer(Path godot, Path folder, Pinning pinning) {
        this.godot = godot;
        this.folder = folder;
        this.pinning = pinning;
    }

    /**
     * Godot is fetched if it is not there.
     *
     * @throws IOException if it cannot be had; the message says why
     */
    static GodotPeer find(Path root, Path work, Pinning pinning)
            throws IOException, InterruptedException {
        Path log = work.resolve("godot-assets.log");
        Path found = work.resolve("godot-path");
        Process finding =
                new ProcessBuilder(root.resolve("tools/godot/godot-assets").toString())
                        .redirectOutput(found.toFile())
                        .redirectError(log.toFile())
                        .start();
        if (!finding.waitFor(FETCH_LIMIT) || finding.exitValue() != 0) {
            finding.destroy();
            throw new IOException("Godot cannot be had here: " + Files.readString(log).strip());
        }
        // Godot writes beside its scripts.
        Path folder = Files.createTempDirectory(work, "godot-");
        try (var files = Files.list(root.resolve("benchmarks/peers/godot"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        return new GodotPeer(Path.of(Files.readString(found).strip()), folder, pinning);
    }

    /** Players come, are measured for a time, and go; rateHz is of moves and of what is told. */
    Round round(Way way, int players, int rateHz, Duration settle, Duration time)
            throws IOException, InterruptedException {
        rounds++;
        String port = Integer.toString(FreePorts.next());
        String count = Integer.toString(players);
        String rate = Integer.toString(rateHz);
        List<String> how = List.of(way.transport, way.name().toLowerCase(Locale.ROOT));
        Path log = folder.resolve("server-%d.log".formatted(rounds));
        List<String> serving = new ArrayList<>(List.of(port, rate));
        serving.addAll(how);
        serving.add(count);
        try (ChildProcess server = start(pinning.serverPrefix(), "server.gd", log, serving)) {
            LogLine.await(server, log, "listening", START_LIMIT);
            Path told = folder.resolve("players-%d.log".formatted(rounds));
            List<String> playing =
                    new ArrayList<>(
                            List.of(
                                    port,
                                    count,
                                    Integer.toString(PROBES),
                                    rate,
                                    Long.toString(settle.toSeconds()),
                                    Long.toString(time.toSeconds())));
            playing.addAll(how);
            try (ChildProcess load =
                    start(pinning.generatorPrefix(), "players.gd", told, playing)) {
                LogLine.await(load, told, "measuring", settle.plus(JOIN_LIMIT));
                CpuMeter cpu = CpuMeter.of(server);
                CpuMeter generator = CpuMeter.of(load);
                Thread.sleep(time);
                double cores = cpu.cores();
                double generatorCores = generator.cores();
                String json = LogLine.await(load, told, "{", Duration.ofSeconds(30));
                return Round.told(cores, generatorCores, new ObjectMapper().readTree(json));
            }
        }
    }

    private ChildProcess start(
            List<String> prefix, String script, Path log, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(
                List.of(
                        godot.toString(),
                        "--headless",
                        "--path",
                        folder.toString(),
                        "--script",
                        "res://" + script,
                        "--"));
        command.addAll(arguments);
        return ChildProcess.start(ProcessSpec.of("godot " + script, folder, log, command));
    }
}
