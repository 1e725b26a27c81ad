package otherworld.persistence;

/** Takes the entities of an instance while they are read, so that they need not all be kept. */
public interface EntitySink {
    /** Reading begins, perhaps once more: what was taken before counts for nothing. */
    void begin();

    /** One that exists; each comes once, in no order. */
    void entity(EntityPatch entity);
}
