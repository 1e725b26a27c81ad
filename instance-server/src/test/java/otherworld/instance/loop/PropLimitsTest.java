package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.instance.loop.SimulatedInstance.Client;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.persistence.PropBody;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditRefused;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.RemoveEntity;
import otherworld.protocol.Rotation;
import otherworld.world.WorldLimits;

/** Props at their limits, and one more. Zones are 64 m, and players begin around (32, 32). */
class PropLimitsTest {
    private final Client ada = new Client();
    private final List<EntityPatch> stored = new ArrayList<>();

    @Test
    void anInstanceHoldsItsLimitOfPropsAndOneMoreOnlyForOneLess() {
        for (int zone = 1; stored.size() < WorldLimits.MAX_PROPS - 1; zone++) {
            int most = Math.min(4_000, WorldLimits.MAX_PROPS - 1 - stored.size());
            stand(most, zone % 50 * 64 + 1, zone / 50 * 64 + 65);
        }
        SimulatedInstance world = new SimulatedInstance(new Loaded(0, stored, List.of()));
        Player builder = world.join("ada", 0, ada);
        say(world, builder, new PlaceEntity(1, "crate", at(32)));
        say(world, builder, new PlaceEntity(2, "crate", at(32)));
        assertThat(ada.all(EditApplied.class)).hasSize(1);
        refusedAsTooMany("this instance has its limit of 1000000 props");
        long crate = ada.all(EditApplied.class).getFirst().entity();
        say(world, builder, new RemoveEntity(3, crate));
        say(world, builder, new PlaceEntity(2, "crate", at(32)));
        assertThat(ada.all(EditApplied.class)).hasSize(3);
    }

    @Test
    void aZoneHoldsItsLimitOfPropsWhetherPlacedOrMovedThere() {
        stand(WorldLimits.MAX_PROPS_PER_ZONE - 1, 63, 32);
        long across = stand(1, 65, 32);
        SimulatedInstance world = new SimulatedInstance(new Loaded(0, stored, List.of()));
        Player builder = world.join("ada", 0, ada);
        // To the border of the zone, where the next one is within reach.
        for (int metres = 36, step = 1; metres <= 60; metres += 4, step++) {
            world.ticks(30);
            world.simulation.receive(builder, ada, new MoveIntent(step, at(metres), List.of()));
        }
        say(world, builder, new PlaceEntity(1, "crate", at(62)));
        assertThat(ada.all(EditApplied.class)).hasSize(1);
        say(world, builder, new PlaceEntity(2, "crate", at(62)));
        refusedAsTooMany("this zone has its limit of 10000 props");
        say(world, builder, new MoveEntity(3, across, at(62)));
        assertThat(ada.all(EditRefused.class)).hasSize(2);
        refusedAsTooMany("this zone has its limit of 10000 props");
        // Within the zone there is room for what is there already.
        say(world, builder, new MoveEntity(4, 1, at(61)));
        say(world, builder, new PlaceEntity(5, "crate", at(65)));
        assertThat(ada.all(EditApplied.class)).hasSize(3);
    }

    private void refusedAsTooMany(String detail) {
        EditRefused refused = ada.all(EditRefused.class).getLast();
        assertThat(refused.reason()).isEqualTo(RefusalReason.TOO_MANY_ENTITIES);
        assertThat(refused.detail()).isEqualTo(detail);
    }

    private void say(SimulatedInstance world, Player player, ClientMessage edit) {
        world.simulation.receive(player, ada, edit);
    }

    /** Puts {@code count} props in one place; returns the id of the last. */
    private long stand(int count, float x, float z) {
        byte[] body = new PropBody("crate", x, 0, z, Rotation.IDENTITY, "bob").encode();
        for (int i = 0; i < count; i++) {
            stored.add(new EntityPatch(stored.size() + 1L, false, body));
        }
        return stored.size();
    }

    private static Pose at(float x) {
        return new Pose(x, 0, 32, Rotation.IDENTITY);
    }
}
