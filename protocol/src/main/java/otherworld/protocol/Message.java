package otherworld.protocol;

/** A message of either direction. */
public sealed interface Message permits ClientMessage, ServerMessage {
    /** The first byte on the wire. */
    int type();

    /** Whether a peer of that version knows it. */
    default boolean isIn(int version) {
        return true;
    }

    /** Writes all that follows the type byte. Allocates nothing. */
    void writeFields(Writer out);
}
