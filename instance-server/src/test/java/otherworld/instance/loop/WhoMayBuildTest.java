package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.Permissions.Who;
import otherworld.base.PlayerId;
import otherworld.instance.loop.SimulatedInstance.Client;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditRefused;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.RemoveEntity;
import otherworld.protocol.Rotation;

/** A World's permissions, broken on purpose. */
class WhoMayBuildTest {
    private final SimulatedInstance world = new SimulatedInstance();
    private final Client ada = new Client();
    private final Client bob = new Client();
    private final Player member = join("ada", 0, ada, "builders");
    private final Player visitor = join("bob", 1, bob, "visitors");

    @Test
    void oneWhoIsNoMemberDoesNotBuild() {
        allow(Who.MEMBERS, Who.EVERYONE);
        long crate = place(member, ada, 1);
        world.simulation.receive(visitor, bob, new PlaceEntity(1, "crate", at(32)));
        refused(bob, 1, "this World does not let you build");
        world.simulation.receive(visitor, bob, new MoveEntity(2, crate, at(33)));
        refused(bob, 2, "this World does not let you build");
        world.simulation.receive(visitor, bob, new RemoveEntity(3, crate));
        refused(bob, 3, "this World does not let you build");
        world.simulation.receive(visitor, bob, new RemoveEntity(4, 77)); // and learns nothing of it
        refused(bob, 4, "this World does not let you build");
        assertThat(world.storage.offered).hasSize(1);
        assertThat(world.world.props()).isEqualTo(1);
    }

    @Test
    void whatOthersBuiltStaysWhereItIs() {
        allow(Who.EVERYONE, Who.MEMBERS);
        long adas = place(member, ada, 1);
        long bobs = place(visitor, bob, 1);
        world.simulation.receive(visitor, bob, new MoveEntity(2, adas, at(33)));
        refused(bob, 2, "this World does not let you change what others built");
        world.simulation.receive(visitor, bob, new RemoveEntity(3, adas));
        refused(bob, 3, "this World does not let you change what others built");
        world.simulation.receive(visitor, bob, new MoveEntity(4, bobs, at(33)));
        applied(bob, 4);
        world.simulation.receive(member, ada, new RemoveEntity(2, bobs));
        applied(ada, 2);
        allow(Who.EVERYONE, Who.NOBODY);
        long another = place(visitor, bob, 5);
        world.simulation.receive(member, ada, new RemoveEntity(3, another));
        refused(ada, 3, "this World does not let you change what others built");
    }

    @Test
    void aChangeTakesEffectWhilePlayersAreInside() {
        long crate = place(visitor, bob, 1);
        allow(Who.NOBODY, Who.EVERYONE);
        world.simulation.receive(visitor, bob, new RemoveEntity(2, crate));
        refused(bob, 2, "this World does not let you build");
        world.simulation.receive(member, ada, new PlaceEntity(1, "crate", at(32)));
        refused(ada, 1, "this World does not let you build");
        allow(Who.MEMBERS, Who.MEMBERS);
        place(member, ada, 1); // the number is free again
        members(Set.of("visitors"), Set.of());
        world.simulation.receive(visitor, bob, new RemoveEntity(2, crate));
        applied(bob, 2);
        world.simulation.receive(member, ada, new PlaceEntity(2, "crate", at(32)));
        refused(ada, 2, "this World does not let you build");
        members(Set.of(), Set.of(new PlayerId("ada")));
        place(member, ada, 2);
    }

    @Test
    void anEditThatWasDoneIsAnsweredAgainWhateverIsPermittedNow() {
        long crate = place(visitor, bob, 1);
        allow(Who.NOBODY, Who.NOBODY);
        world.simulation.receive(visitor, bob, new PlaceEntity(1, "crate", at(32)));
        assertThat(bob.all(EditApplied.class)).hasSize(2).allMatch(all -> all.entity() == crate);
        assertThat(world.world.props()).isEqualTo(1);
    }

    @Test
    void theNewestTokenSaysOfWhichGroupsAPlayerIs() {
        allow(Who.MEMBERS, Who.MEMBERS);
        Client again = new Client();
        Player same = join("ada", 0, again, "visitors");
        assertThat(same).isSameAs(member);
        world.simulation.receive(member, again, new PlaceEntity(1, "crate", at(32)));
        refused(again, 1, "this World does not let you build");
    }

    private Player join(String player, int seat, Client client, String group) {
        return SimulatedInstance.seated(
                world.simulation.admit(
                        world.ticket(player, seat, List.of(group)),
                        client,
                        SimulatedInstance.SESSION));
    }

    private long place(Player player, Client client, long sequence) {
        world.simulation.receive(player, client, new PlaceEntity(sequence, "crate", at(32)));
        return applied(client, sequence);
    }

    private void allow(Who build, Who changeOthers) {
        permit(new Permissions(build, changeOthers, Set.of("builders"), Set.of()));
    }

    private void members(Set<String> groups, Set<PlayerId> players) {
        permit(new Permissions(Who.MEMBERS, Who.MEMBERS, groups, players));
    }

    private void permit(Permissions permissions) {
        world.simulation.policy(new LivePolicy(100, Duration.ofSeconds(30), permissions));
    }

    private static long applied(Client client, long sequence) {
        EditApplied last = client.all(EditApplied.class).getLast();
        assertThat(last.clientSequence()).isEqualTo(sequence);
        return last.entity();
    }

    private static void refused(Client client, long sequence, String detail) {
        assertThat(client.all(EditRefused.class).getLast())
                .isEqualTo(new EditRefused(sequence, RefusalReason.NOT_PERMITTED, detail));
    }

    private static Pose at(float x) {
        return new Pose(x, 0, 32, Rotation.IDENTITY);
    }
}
