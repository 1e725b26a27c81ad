package otherworld.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final int ALL = Ports.LAST - Ports.FIRST + 1;

    @Test
    void everyPodGetsAPortOfItsOwnThatItsPredecessorDidNotHave() {
        Set<Integer> used = new HashSet<>(Set.of(Ports.FIRST));
        Ports ports = new Ports(() -> used, Set.of());
        assertThat(ports.take("a", Set.of(Ports.FIRST + 1))).isEqualTo(Ports.FIRST + 2);
        assertThat(ports.take("b", Set.of())).isEqualTo(Ports.FIRST + 3);
    }

    @Test
    void aPortThatWasGivenAndFreedRestsUntilAllOthersHadTheirTurn() {
        Ports ports = new Ports(Set::of, Set.of());
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < ALL; i++) {
            seen.add(ports.take("pod", Set.of()));
            ports.settled("pod");
        }
        assertThat(seen).hasSize(ALL);
    }

    @Test
    void operatorsOfDifferentNamespacesBeginAtDifferentPorts() {
        Set<Integer> first = new HashSet<>();
        for (String namespace : List.of("team-1", "team-2", "team-3", "prod", "staging")) {
            first.add(new Ports(Set::of, Set.of(namespace)).take("pod", Set.of()));
        }
        assertThat(first).hasSize(5).allMatch(port -> port >= Ports.FIRST && port <= Ports.LAST);
    }

    @Test
    void whenAllAreInUseOneIsRepeatedButNotThePredecessors() {
        Set<Integer> used =
                IntStream.rangeClosed(Ports.FIRST, Ports.LAST).boxed().collect(Collectors.toSet());
        Ports ports = new Ports(() -> used, Set.of());
        assertThat(ports.take("pod", Set.of(Ports.FIRST))).isBetween(Ports.FIRST + 1, Ports.LAST);
    }
}
