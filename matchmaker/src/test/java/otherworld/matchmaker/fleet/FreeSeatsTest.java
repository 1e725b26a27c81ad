package otherworld.matchmaker.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.WorldId;
import otherworld.fleet.v1.InstanceDemand;
import otherworld.ledger.WorldPolicy;
import otherworld.ledger.WorldState;
import otherworld.ledger.WorldState.InstanceState;

class FreeSeatsTest {
    private static final WorldId WORLD = new WorldId("default.plaza");

    @ParameterizedTest
    @CsvSource({
        // closed, free seats that the operator may count on
        "'', 7",
        "paused, 7",
        "not ready, 7",
        "cordoned, 0",
        "stopping, 0",
        "silent, 0",
        "unknown, 0"
    })
    void countsTheSeatsThatAreOrWillBeOpenByThemselves(String closed, int free) {
        InstanceDemand instance = Demand.of(WORLD, state(closed)).getInstances(0);
        assertThat(instance.getFree()).isEqualTo(free);
        assertThat(instance.getOccupied()).isEqualTo(3);
    }

    @Test
    void whatGrowsByItselfIsNoNews() {
        assertThat(Demand.still(state("", 5))).isEqualTo(Demand.still(state("", 6)));
        assertThat(Demand.still(state("", 0))).isNotEqualTo(Demand.still(state("", 6)));
        assertThat(Demand.still(state(""))).isNotEqualTo(Demand.still(state("paused")));
    }

    private static WorldState state(String closed) {
        return state(closed, 0);
    }

    private static WorldState state(String closed, long idleMs) {
        return new WorldState(
                "incarnation",
                1,
                Optional.of(
                        new WorldPolicy(
                                WORLD,
                                new LivePolicy(10, Duration.ofSeconds(30), Permissions.OPEN),
                                4,
                                5,
                                WorldPolicy.Placement.PACKED,
                                "default",
                                "plaza")),
                List.of(),
                0,
                List.of(),
                List.of(
                        new InstanceState(
                                0,
                                closed,
                                1,
                                "uid",
                                3,
                                0,
                                0,
                                7,
                                idleMs,
                                WorldState.Cordon.OPEN,
                                "",
                                10,
                                "plaza-0-0",
                                List.of("ws://127.0.0.1:20000/v1/play"),
                                false,
                                "")));
    }
}
