// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/** The player goes: the seat is free at once, and the connection ends with {@code LEFT}. */
public record Leave() implements ClientMessage {
    public static final int TYPE = 7;
    public static final int MAX_BYTES = 1;

    static Leave read(Reader in) {
        return new Leave();
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {}
}
