package otherworld.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import otherworld.operator.config.InstancePorts;

class PortsTest {
    private static final InstancePorts RANGE = InstancePorts.DEFAULT;
    private static final int FIRST = RANGE.first();

    @Test
    void everyPodGetsAPortOfItsOwnThatItsPredecessorDidNotHave() {
        Set<Integer> used = new HashSet<>(Set.of(FIRST));
        Ports ports = new Ports(RANGE, () -> used, Set.of());
        assertThat(ports.take("a", Set.of(FIRST + 1))).isEqualTo(FIRST + 2);
        assertThat(ports.take("b", Set.of())).isEqualTo(FIRST + 3);
    }

    @Test
    void aPortThatWasGivenAndFreedRestsUntilAllOthersHadTheirTurn() {
        Ports ports = new Ports(RANGE, Set::of, Set.of());
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < RANGE.count(); i++) {
            seen.add(ports.take("pod", Set.of()));
            ports.settled("pod");
        }
        assertThat(seen).hasSize(RANGE.count());
    }

    @Test
    void operatorsOfDifferentNamespacesBeginAtDifferentPorts() {
        Set<Integer> first = new HashSet<>();
        for (String namespace : List.of("team-1", "team-2", "team-3", "prod", "staging")) {
            first.add(new Ports(RANGE, Set::of, Set.of(namespace)).take("pod", Set.of()));
        }
        assertThat(first).hasSize(5).allMatch(port -> port >= FIRST && port <= RANGE.last());
    }

    @Test
    void whenAllAreInUseOneIsRepeatedButNotThePredecessors() {
        Set<Integer> used =
                IntStream.rangeClosed(FIRST, RANGE.last()).boxed().collect(Collectors.toSet());
        Ports ports = new Ports(RANGE, () -> used, Set.of());
        assertThat(ports.take("pod", Set.of(FIRST))).isBetween(FIRST + 1, RANGE.last());
    }

    @Test
    void aSmallRangeIsKeptToAndIsNeverSearchedForEver() {
        Ports ports = new Ports(new InstancePorts(21_001, 21_002, 0, 100), Set::of, Set.of("a"));
        assertThat(ports.take("a", Set.of(21_001))).isEqualTo(21_002);
        assertThat(ports.take("b", Set.of())).isEqualTo(21_001);
        assertThat(ports.take("c", Set.of(21_001, 21_002))).isBetween(21_001, 21_002);
    }
}
