package otherworld.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PresenceRoundsTest {
    @TempDir private Path out;

    @Test
    void ratiosAreOfRoundsThatFollowEachOther() throws Exception {
        PresenceRounds rounds = new PresenceRounds(Optional.empty(), false);
        rounds.add(round(PresenceRounds.FIRST, 14));
        for (double ours : List.of(10.0, 6.0, 9.0)) {
            rounds.add(round(PresenceRounds.INSTANCE, ours));
            rounds.add(round(PresenceRounds.GODOT, 2 * ours));
        }
        String lines = lines(rounds);
        assertThat(lines)
                .contains("cpu_ratio_godot 0.500", "cpu_ratio_godot_max 0.500")
                .contains("instance_cpu_percent 9 %", "godot_cpu_percent 18 %")
                .contains("warmup_cpu_ratio_max 2.333")
                .doesNotContain("cpu_ratio_colyseus");
    }

    @Test
    void aRunGoesOnWithTheRoundsOfAnEarlierOne() throws Exception {
        PresenceRounds earlier = new PresenceRounds(Optional.of(out), false);
        earlier.add(round(PresenceRounds.INSTANCE, 10));
        earlier.add(round(PresenceRounds.FLOOR, 5));
        PresenceRounds later = new PresenceRounds(Optional.of(out), true);
        later.add(round(PresenceRounds.INSTANCE, 20));
        later.add(round(PresenceRounds.FLOOR, 5));
        assertThat(lines(later)).contains("cpu_ratio_floor_min 2 ", "cpu_ratio_floor_max 4 ");
        PresenceRounds anew = new PresenceRounds(Optional.of(out), false);
        assertThat(lines(anew)).isEmpty();
    }

    @Test
    void whatNeverCameStaysInfiniteInTheFolder() throws Exception {
        new PresenceRounds(Optional.of(out), false)
                .add(
                        new Measured(
                                PresenceRounds.INSTANCE,
                                Map.of(Measured.DELIVERY_P99, Double.POSITIVE_INFINITY),
                                List.of("a fault")));
        Figures figures = new Figures();
        new PresenceRounds(Optional.of(out), true).figures(figures);
        assertThat(figures.lines()).contains("delivery_p99_ms Infinity ms");
        assertThat(figures.faults()).containsExactly("instance: a fault");
    }

    @Test
    void playersThatWereTheBottleneckInvalidateTheRun() throws Exception {
        PresenceRounds rounds = new PresenceRounds(Optional.empty(), false);
        rounds.add(new Measured(PresenceRounds.GODOT, Map.of(Measured.GENERATOR, 81.0), List.of()));
        Figures figures = new Figures();
        rounds.figures(figures);
        assertThat(figures.faults()).hasSize(1).first().asString().contains("godot", "81");
    }

    private static Measured round(String server, double cpuPercent) {
        return new Measured(server, Map.of(Measured.CPU, cpuPercent), List.of());
    }

    private static String lines(PresenceRounds rounds) {
        Figures figures = new Figures();
        rounds.figures(figures);
        return figures.lines();
    }
}
