package otherworld.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.base.Permissions.Who;

class PermissionsTest {
    private static final PlayerId ANN = new PlayerId("ann");
    private static final PlayerId BOB = new PlayerId("bob");

    @Test
    void membersAreThosePlayersAndAllOfThoseGroups() {
        Permissions members = of(Who.MEMBERS, Who.NOBODY);
        assertThat(members.mayBuild(ANN, List.of())).isTrue();
        assertThat(members.mayBuild(BOB, List.of("visitors", "builders"))).isTrue();
        assertThat(members.mayBuild(BOB, List.of("visitors", "Builders", "builder"))).isFalse();
        assertThat(members.mayBuild(new PlayerId("builders"), List.of("ann"))).isFalse();
        assertThat(members.mayChangeOthers(ANN, List.of("builders"))).isFalse();
    }

    @Test
    void whoMayNotBuildMayNotChangeWhatOthersBuilt() {
        assertThat(of(Who.NOBODY, Who.EVERYONE).mayChangeOthers(ANN, List.of("builders")))
                .isFalse();
        assertThat(of(Who.MEMBERS, Who.EVERYONE).mayChangeOthers(BOB, List.of())).isFalse();
        assertThat(of(Who.EVERYONE, Who.MEMBERS).mayChangeOthers(BOB, List.of())).isFalse();
        assertThat(of(Who.EVERYONE, Who.MEMBERS).mayChangeOthers(ANN, List.of())).isTrue();
        assertThat(Permissions.OPEN.mayChangeOthers(BOB, List.of())).isTrue();
        assertThat(Permissions.CLOSED.mayBuild(ANN, List.of())).isFalse();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Permissions full =
                new Permissions(
                        Who.EVERYONE,
                        Who.MEMBERS,
                        IntStream.range(0, Permissions.MAX_GROUPS)
                                .mapToObj(i -> "/p-g_" + i + ".:@+=~")
                                .collect(Collectors.toSet()),
                        IntStream.range(0, Permissions.MAX_PLAYERS)
                                .mapToObj(i -> new PlayerId("g\"\\|" + i))
                                .collect(Collectors.toSet()));
        for (Permissions each : List.of(full, Permissions.OPEN, of(Who.MEMBERS, Who.NOBODY))) {
            assertThat(Permissions.parse(each.encode())).isEqualTo(each);
        }
        assertThat(of(Who.MEMBERS, Who.NOBODY).encode()).isEqualTo("MEMBERS NOBODY gbuilders pann");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "EVERYONE",
                "EVERYONE ",
                "everyone nobody",
                "EVERYONE OWNERS",
                "EVERYONE NOBODY builders",
                "EVERYONE NOBODY g",
                "EVERYONE NOBODY p",
                "EVERYONE NOBODY gtwo,words",
                "EVERYONE NOBODY  pann",
                "EVERYONE NOBODY ga gb gc gd ge gf gg gh gi"
            })
    void whatIsNotWrittenSoIsNotRead(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Permissions.parse(text));
    }

    @Test
    void ofAPlayersGroupsThoseCountThatTheWorldNames() {
        Permissions permissions =
                new Permissions(Who.MEMBERS, Who.MEMBERS, Set.of("b", "a", "c"), Set.of());
        assertThat(permissions.among(List.of("x", "b", "a", "b", "A"))).containsExactly("a", "b");
    }

    private static Permissions of(Who build, Who changeOthers) {
        return new Permissions(build, changeOthers, Set.of("builders"), Set.of(ANN));
    }
}
