package otherworld.operator.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Planner;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.Policy;

class DecisionBookTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final DecisionBook book = new DecisionBook(() -> now);
    private final World plaza = world("plaza");

    @Test
    void aFleetThatGrowsSaysFromWhereToWhereAndWhyInTheWordsOfThePlan() {
        plan(known(0), 1);
        plan(known(7), 1);
        assertThat(book.of(plaza))
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.reason()).isEqualTo(DecisionBook.SCALED_UP);
                    assertThat(it.message())
                            .isEqualTo(
                                    "From 1 to 2 instances: 17 players wait for a seat, 10 are free or starting");
                    assertThat(it.figures()).isEqualTo(new Figures(2, 1, 1, 0, 10, 17));
                });
    }

    private static Demand known(int more) {
        Demand.Instance empty =
                new Demand.Instance(true, "uid-0", 0, 0, 0, 10, Duration.ZERO, Optional.empty());
        return new Demand.Known(Map.of(0, empty), Set.of(), 0, more == 0 ? 0 : 10 + more);
    }

    @Test
    void aLimitIsSaidWhenItBeginsAndWhenItEndsAndNotInBetween() {
        plan(known(0), 1);
        for (int i = 0; i < 5; i++) {
            plan(new Demand.Unreachable("LedgerUnreachable", "Redis is away"), 1);
        }
        plan(known(0), 1);
        assertThat(book.of(plaza).reversed())
                .extracting(Decision::reason)
                .containsExactly("LedgerUnreachable", DecisionBook.LIMIT_ENDED);
    }

    @Test
    void theSameAgainIsCounted() {
        for (int i = 0; i < 5; i++) {
            book.told(plaza, true, "Refused", OptionalInt.of(3), "", "quota");
            now = now.plusSeconds(1);
        }
        book.told(plaza, true, "Refused", OptionalInt.of(4), "", "quota");
        assertThat(book.of(plaza)).hasSize(2);
        Decision again = book.of(plaza).getLast();
        assertThat(again.times()).isEqualTo(5);
        assertThat(Duration.between(again.at(), again.last())).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aThousandInstancesThatStartDoNotPushOutWhy() {
        book.told(plaza, false, "ScaledUp", OptionalInt.empty(), "", "why");
        for (int i = 0; i < 1_000; i++) {
            book.told(plaza, false, "Created", OptionalInt.of(i), "plaza-" + i, "started");
        }
        assertThat(book.of(plaza)).hasSize(DecisionBook.MOST_OF_INSTANCES + 1);
        assertThat(book.of(plaza)).extracting(Decision::reason).contains("ScaledUp");
    }

    @Test
    void manyWorldsStayWithinTheBoundAndTheQuietOnesGoFirst() {
        List<World> worlds = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            worlds.add(world("w" + i));
        }
        for (int i = 0; i < DecisionBook.MOST_OF_INSTANCES; i++) {
            for (World world : worlds) {
                book.told(world, true, "Refused", OptionalInt.of(i), "", "x".repeat(i + 4_000));
            }
        }
        int kept = worlds.stream().mapToInt(world -> book.of(world).size()).sum();
        assertThat(kept).isLessThanOrEqualTo(DecisionBook.MOST_IN_ALL);
        assertThat(kept).isGreaterThan(DecisionBook.MOST_IN_ALL / 2);
        assertThat(book.of(worlds.getLast())).isNotEmpty();
        assertThat(book.of(worlds.getLast()).getFirst().message().length())
                .isLessThanOrEqualTo(DecisionBook.LONGEST_MESSAGE + 1);
        worlds.forEach(book::forget);
        worlds.forEach(world -> assertThat(book.of(world)).isEmpty());
        // What was forgotten makes room: a miscount would show here.
        for (int i = 0; i < DecisionBook.MOST_OF_INSTANCES; i++) {
            book.told(plaza, true, "Refused", OptionalInt.of(i), "", "again");
        }
        assertThat(book.of(plaza)).hasSize(DecisionBook.MOST_OF_INSTANCES);
    }

    private void plan(Demand demand, int ready) {
        List<PodView> pods = new ArrayList<>();
        for (int i = 0; i < ready; i++) {
            pods.add(
                    new PodView(
                            "plaza-%d-0".formatted(i),
                            "uid-" + i,
                            i,
                            0,
                            0,
                            0,
                            20_000 + i,
                            PodView.Phase.READY,
                            now,
                            Optional.of(now),
                            Optional.empty(),
                            "r1",
                            Optional.empty(),
                            Optional.empty(),
                            false,
                            PodView.End.FAULT));
        }
        Observation observation =
                new Observation(
                        new Policy("plaza", 10, 1, 5, 0, 0, Duration.ofMinutes(5), 1, "r1"),
                        pods,
                        Map.of(),
                        demand,
                        Optional.empty(),
                        Map.of(),
                        now);
        book.planned(plaza, observation, Planner.plan(observation));
    }

    private static World world(String name) {
        World world = new World();
        world.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace("default")
                        .withName(name)
                        .withUid("uid-" + name)
                        .build());
        return world;
    }
}
