package otherworld.operator.demand;

import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.base.WorldId;
import otherworld.crds.World;

/** Turns news of the matchmaker's stream into reconciliations of the Worlds concerned. */
public final class DemandSource extends AbstractEventSource<Void, World>
        implements FleetClient.Listener {
    private final Map<String, ResourceID> worlds = new ConcurrentHashMap<>();

    public DemandSource() {
        super(Void.class, "demand");
    }

    /** News of {@code id} concern this object from now on. */
    public void follow(WorldId id, ResourceID world) {
        worlds.put(id.value(), world);
    }

    public void unfollow(WorldId id) {
        worlds.remove(id.value());
    }

    @Override
    public void demandChanged(String worldId) {
        ResourceID world = worlds.get(worldId);
        if (world != null && isRunning()) {
            getEventHandler().handleEvent(new Event(world));
        }
    }

    @Override
    public void streamChanged() {
        worlds.keySet().forEach(this::demandChanged);
    }

    @Override
    public Set<Void> getSecondaryResources(World world) {
        return Set.of();
    }
}
