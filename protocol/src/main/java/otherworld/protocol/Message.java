package otherworld.protocol;

/** A message of either direction. */
public sealed interface Message permits ClientMessage, ServerMessage {
    /** The first byte on the wire. */
    int type();

    /** Writes all that follows the type byte. Allocates nothing. */
    void writeFields(Writer out);
}
