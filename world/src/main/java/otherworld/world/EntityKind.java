package otherworld.world;

/** What an entity is. */
public enum EntityKind {
    /** A player's body. */
    AVATAR,
    /** A thing that a player placed. */
    PROP,
    SMART_OBJECT,
    COLLIDER,
    MARKER
}
