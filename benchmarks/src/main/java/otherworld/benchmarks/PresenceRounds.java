package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rounds of bench presence, of this run and, where it goes on with an earlier one, of that. They
 * are kept as they come, a line each, so that a machine need be quiet for only as long as a few
 * rounds take.
 */
final class PresenceRounds {
    static final String INSTANCE = "instance";
    static final String FIRST = "first";
    static final String COLYSEUS = "colyseus";
    static final String GODOT = "godot";
    static final String GODOT_SYNCHRONIZERS = "godot_synchronizers";
    static final String FLOOR = "floor";

    /** The instance while nobody builds, as nobody does at its peers, and the floor of that. */
    static final String MOVES = "moves";

    static final String MOVES_FLOOR = "moves_floor";

    private static final List<String> PEERS = List.of(COLYSEUS, GODOT, GODOT_SYNCHRONIZERS, FLOOR);

    /** Paths of the instance over WebRTC: {@link LossyPresenceMain}. */
    private static final List<String> PATHS = List.of("jitter", "loss2");

    private static final String FILE = "presence-rounds.jsonl";

    private final ObjectMapper json = new ObjectMapper();
    private final Optional<Path> file;
    private final List<Measured> rounds = new ArrayList<>();

    /**
     * @param out where rounds are kept, if anywhere
     * @param resume whether rounds that are kept there count; else they are forgotten
     */
    PresenceRounds(Optional<Path> out, boolean resume) throws IOException {
        file = out.map(folder -> folder.resolve(FILE));
        if (file.isEmpty() || !Files.exists(file.get())) {
            return;
        }
        if (!resume) {
            Files.delete(file.get());
            return;
        }
        for (String line : Files.readAllLines(file.get())) {
            rounds.add(json.readValue(line, Measured.class));
        }
    }

    void add(Measured round) throws IOException {
        rounds.add(round);
        System.err.printf(
                Locale.ROOT,
                "%s: %.1f %% of a core, %.0f updates/s and %.0f kbit/s a player%n",
                round.server(),
                round.figure(Measured.CPU),
                round.figure(Measured.UPDATES),
                round.figure(Measured.KBIT));
        if (file.isPresent()) {
            Files.writeString(
                    file.get(),
                    json.writeValueAsString(round) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /**
     * Ours by their own names, the others' behind their server's, and ratios of rounds by turns.
     */
    void figures(Figures figures) {
        names(INSTANCE).forEach(name -> spread(figures, INSTANCE, name, ownName(name)));
        figures.addSpread("warmup_cpu_ratio", warmUps(), "");
        for (String peer : PEERS) {
            figures.addSpread("cpu_ratio_" + peer, ratios(INSTANCE, peer), "");
        }
        for (String peer : PEERS) {
            String likeMoves = peer.equals(FLOOR) ? MOVES_FLOOR : peer;
            figures.addSpread("moves_cpu_ratio_" + peer, ratios(MOVES, likeMoves), "");
        }
        for (String server :
                List.of(MOVES, COLYSEUS, GODOT, GODOT_SYNCHRONIZERS, FLOOR, MOVES_FLOOR)) {
            names(server).forEach(name -> spread(figures, server, name, server + "_" + name));
        }
        for (String path : PATHS) {
            names(path).forEach(name -> spread(figures, path, name, path + "_" + name));
        }
        faults(figures);
    }

    /** The first half minute of a start over each later round of it. */
    private List<Double> warmUps() {
        List<Double> ratios = new ArrayList<>();
        double first = Double.NaN;
        for (Measured round : rounds) {
            if (round.server().equals(FIRST)) {
                first = round.figure(Measured.CPU);
            } else if (round.server().equals(INSTANCE) && !Double.isNaN(first)) {
                ratios.add(first / round.figure(Measured.CPU));
            }
        }
        return ratios;
    }

    private static String ownName(String name) {
        return name.equals(Measured.CPU) ? "instance_cpu_percent" : name;
    }

    private void spread(Figures figures, String server, String name, String as) {
        List<Double> values =
                of(server).map(round -> round.figure(name)).filter(v -> !v.isNaN()).toList();
        figures.addSpread(as, values, unit(name));
    }

    /** Our processor time over the peer's, of rounds that follow each other. */
    private List<Double> ratios(String own, String peer) {
        List<Double> ratios = new ArrayList<>();
        double ours = Double.NaN;
        for (Measured round : rounds) {
            if (round.server().equals(own)) {
                ours = round.figure(Measured.CPU);
            } else if (round.server().equals(peer) && !Double.isNaN(ours)) {
                ratios.add(ours / round.figure(Measured.CPU));
            }
        }
        return ratios;
    }

    private void faults(Figures figures) {
        for (Measured round : rounds) {
            round.faults().forEach(why -> figures.fault(round.server() + ": " + why));
            double generator = round.figure(Measured.GENERATOR);
            if (generator > 80 && !round.server().equals(FIRST)) {
                figures.fault(
                        String.format(
                                Locale.ROOT,
                                "the players of %s used %.0f %% of a core: they were the bottleneck",
                                round.server(),
                                generator));
            }
        }
    }

    private Stream<Measured> of(String server) {
        return rounds.stream().filter(round -> round.server().equals(server));
    }

    private List<String> names(String server) {
        return of(server)
                .map(Measured::figures)
                .map(Map::keySet)
                .flatMap(n -> n.stream())
                .distinct()
                .toList();
    }

    static String unit(String name) {
        if (name.endsWith("_mm")) {
            return "mm";
        }
        if (name.endsWith("_ms")) {
            return "ms";
        }
        if (name.endsWith("_percent")) {
            return "%";
        }
        return name.startsWith("kbit") ? "kbit/s" : "";
    }
}
