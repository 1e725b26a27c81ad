package otherworld.persistence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The entities of an instance, all of them. */
final class EntityList implements EntitySink {
    private final List<EntityPatch> entities = new ArrayList<>();

    @Override
    public void begin() {
        entities.clear();
    }

    @Override
    public void entity(EntityPatch entity) {
        entities.add(entity);
    }

    List<EntityPatch> byId() {
        entities.sort(Comparator.comparingLong(EntityPatch::id));
        return entities;
    }
}
