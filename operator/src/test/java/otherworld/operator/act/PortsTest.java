package otherworld.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final int ALL = Ports.LAST - Ports.FIRST + 1;

    @Test
    void everyPodGetsAPortOfItsOwnThatItsPredecessorDidNotHave() {
        Set<Integer> used = new HashSet<>(Set.of(Ports.FIRST));
        Ports ports = new Ports(() -> used);
        assertThat(ports.take("a", Set.of(Ports.FIRST + 1))).isEqualTo(Ports.FIRST + 2);
        assertThat(ports.take("b", Set.of())).isEqualTo(Ports.FIRST + 3);
    }

    @Test
    void aPortThatWasGivenAndFreedRestsUntilAllOthersHadTheirTurn() {
        Ports ports = new Ports(Set::of);
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < ALL; i++) {
            seen.add(ports.take("pod", Set.of()));
            ports.settled("pod");
        }
        assertThat(seen).hasSize(ALL);
    }

    @Test
    void whenAllAreInUseOneIsRepeatedButNotThePredecessors() {
        Set<Integer> used =
                IntStream.rangeClosed(Ports.FIRST, Ports.LAST).boxed().collect(Collectors.toSet());
        Ports ports = new Ports(() -> used);
        assertThat(ports.take("pod", Set.of(Ports.FIRST))).isBetween(Ports.FIRST + 1, Ports.LAST);
    }
}
