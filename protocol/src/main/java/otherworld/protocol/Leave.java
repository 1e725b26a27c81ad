package otherworld.protocol;

/**
 * The player goes: the seat is free at once, and the connection ends with {@link
 * GoodbyeReason#LEFT}.
 */
public record Leave() implements ClientMessage {
    public static final int TYPE = 7;
    public static final int MAX_BYTES = Sizes.TYPE;

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
