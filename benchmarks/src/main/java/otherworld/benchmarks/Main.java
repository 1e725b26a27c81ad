package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import otherworld.local.files.ProjectRoot;
import otherworld.local.files.Trees;
import otherworld.replication.ReplicationSettings;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code ./otherworld bench}: one line a figure. Exits with 0 if the figures can be believed, 1 if
 * not, 2 for usage.
 */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Starts what it needs, measures, stops everything, prints one figure a line.")
public final class Main implements Callable<Integer> {
    private static final Map<String, Bench> BENCHES =
            Map.of(
                    "crowd", new CrowdBench(),
                    "engine", new EngineBench(),
                    "gateway", new GatewayBench(),
                    "route", new RouteBench(),
                    "players", new PlayersBench(),
                    "presence", new PresenceBench(),
                    "start", new StartBench(),
                    "tracing", new TracingBench(),
                    "up", new UpBench(),
                    "webrtc", new WebRtcBench());

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description =
                    "crowd, engine, gateway, players, presence, route, start, tracing, up or webrtc")
    private String name = "";

    @Option(names = "--seconds", description = "of the measured part; default: 30")
    private @Nullable Integer seconds;

    @Option(names = "--seed", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--out",
            description = "folder for raw samples, the machine, versions and the seed")
    private @Nullable Path out;

    @Option(
            names = "--cold",
            description = "up: also measure a first run with empty caches, which takes minutes")
    private boolean cold;

    @Option(
            names = "--rounds",
            defaultValue = "5",
            description =
                    "presence, webrtc: rounds of each server by turns; default: ${DEFAULT-VALUE}")
    private int rounds;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description = {
                "presence: these peers beside the instance: colyseus, godot (remote procedure calls), godot_synchronizers"
                        + " (MultiplayerSynchronizer), floor",
                "players: held, equal_cpu",
                "webrtc: load, peers, path",
                "default: all"
            })
    private Set<String> only = Set.of();

    @Option(
            names = "--resume",
            description =
                    "presence, with --out: rounds that are in that folder already count too, so that a few at a time will do")
    private boolean resume;

    @Option(
            names = "--loss",
            description =
                    "presence: the instance alone, over WebRTC, on a path that loses 2 %% of the packets each way and delays them by"
                            + " 20 ms, give or take 20")
    private boolean loss;

    @Option(
            names = "--sockets",
            description =
                    "crowd: an instance and a thousand real connections, in place of the engine by itself")
    private boolean sockets;

    @Option(
            names = "--kbit",
            description =
                    "presence, players: what an instance tells each player at most of others' movement, in kbit/s"
                            + " (simulation.kbitPerPlayer of a World); default: what a World has that says nothing")
    private int kbit = Bench.Choice.USUAL_KBIT;

    @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Bench bench = BENCHES.get(name);
        if (bench == null) {
            throw usage(
                    "No bench '%s': give crowd, engine, gateway, players, presence, route, start, tracing, up or webrtc"
                            .formatted(name));
        }
        if (seconds != null && (seconds < 1 || seconds > 3600)) {
            throw usage("--seconds %d: give 1 to 3600".formatted(seconds));
        }
        if (rounds < 1 || rounds > 100) {
            throw usage("--rounds %d: give 1 to 100".formatted(rounds));
        }
        int least = ReplicationSettings.LEAST_KBIT_PER_SECOND;
        int most = ReplicationSettings.MOST_KBIT_PER_SECOND;
        if (kbit < least || kbit > most) {
            throw usage("--kbit %d: give %d to %d".formatted(kbit, least, most));
        }
        if (resume && out == null) {
            throw usage("--resume goes on with what is in a folder: give --out too");
        }
        if (out != null) {
            Files.createDirectories(out);
        }
        Path root = ProjectRoot.find();
        Path work = Files.createTempDirectory("otherworld-bench-");
        try {
            Figures figures =
                    bench.run(
                            new Bench.Request(
                                    Duration.ofSeconds(
                                            seconds == null ? bench.usualSeconds() : seconds),
                                    seed,
                                    root,
                                    work,
                                    Optional.ofNullable(out),
                                    cold,
                                    new Bench.Choice(rounds, only, resume, loss, sockets, kbit)));
            if (out != null) {
                write(out, root, figures);
            }
            System.out.println(figures.lines());
            figures.faults().forEach(fault -> System.err.println("NOT VALID: " + fault));
            return figures.faults().isEmpty() ? 0 : 1;
        } finally {
            Trees.delete(work);
        }
    }

    private void write(Path folder, Path root, Figures figures) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("bench", name);
        result.put("seed", seed);
        result.put("machine", Machine.describe(root));
        result.put("figures", figures.figures());
        result.put("faults", figures.faults());
        new ObjectMapper()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValue(folder.resolve(name + ".json").toFile(), result);
    }

    private ParameterException usage(String message) {
        CommandLine line = spec == null ? new CommandLine(this) : spec.commandLine();
        return new ParameterException(line, message);
    }
}
