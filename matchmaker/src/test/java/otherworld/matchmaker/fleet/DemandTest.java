package otherworld.matchmaker.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.WorldId;
import otherworld.fleet.v1.WorldDemand;
import otherworld.ledger.WorldPolicy;
import otherworld.ledger.WorldState;
import otherworld.ledger.WorldState.Cordon;
import otherworld.ledger.WorldState.InstanceState;

class DemandTest {
    private static final WorldId WORLD = new WorldId("default.plaza");

    @Test
    void countsWaitersAndTellsTheFirstThatFitsNowhere() {
        assertThat(unseated(List.of(2, 1), instance("", 2, false))).isEqualTo(1);
        assertThat(unseated(List.of(2), instance("", 2, false))).isZero();
        assertThat(unseated(List.of(3), instance("", 2, false), instance("", 2, false)))
                .isEqualTo(3);
        assertThat(unseated(List.of())).isZero();
    }

    @Test
    void seatsOfStartingInstancesCount() {
        assertThat(unseated(List.of(4), instance("not running", 0, true))).isZero();
        assertThat(unseated(List.of(4), instance("silent", 0, true))).isZero();
        assertThat(unseated(List.of(4), instance("silent", 4, false))).isEqualTo(4);
        assertThat(unseated(List.of(4), instance("cordoned", 4, false))).isEqualTo(4);
        assertThat(unseated(List.of(4), instance("unknown", 0, false))).isZero();
    }

    @Test
    void aPartyBeyondTheListedIsStillCounted() {
        WorldState state = state(IntStream.range(0, 512).mapToObj(_ -> 2).toList(), 600, List.of());
        WorldDemand demand = Demand.of(WORLD, state);
        assertThat(demand.getWaitingPlayers()).isEqualTo(2 * 512 + 88);
    }

    @Test
    void closedInstancesOfferNoSeats() {
        WorldDemand demand =
                Demand.of(
                        WORLD,
                        state(
                                List.of(),
                                0,
                                List.of(
                                        instance("", 3, false),
                                        instance("cordoned", 3, false),
                                        instance("silent", 3, false))));
        assertThat(demand.getInstances(0).getFree()).isEqualTo(3);
        assertThat(demand.getInstances(1).getFree()).isZero();
        assertThat(demand.getInstances(1).getKnown()).isTrue();
        assertThat(demand.getInstances(2).getKnown()).isFalse();
        assertThat(demand.getInstances(2).getIdleMs()).isZero();
    }

    private static int unseated(List<Integer> waiting, InstanceState... instances) {
        return Demand.oldestUnseated(state(waiting, waiting.size(), List.of(instances)));
    }

    private static WorldState state(
            List<Integer> waiting, int parties, List<InstanceState> instances) {
        return new WorldState(
                "i",
                1,
                Optional.of(
                        new WorldPolicy(
                                WORLD,
                                new LivePolicy(4, Duration.ofSeconds(30), Permissions.OPEN),
                                0,
                                5,
                                WorldPolicy.Placement.PACKED,
                                "default",
                                "plaza")),
                List.of(),
                parties,
                waiting,
                instances);
    }

    private static InstanceState instance(String closed, int free, boolean starting) {
        return new InstanceState(
                0,
                closed,
                1,
                "uid",
                0,
                0,
                0,
                free,
                500,
                Cordon.OPEN,
                "",
                4,
                "p",
                List.of(),
                starting,
                "");
    }
}
