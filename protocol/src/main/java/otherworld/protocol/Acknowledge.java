// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

/**
 * What has arrived, where messages may be lost.
 *
 * @param datagram number of the newest {@link EntityUpdate} that was stored whole; 0 if none was
 * @param earlier which of the 32 before it were: bit i for datagram − 1 − i
 * @param states number of the last {@link EntityStates}; 0 if none came
 */
public record Acknowledge(int datagram, int earlier, int states) implements ClientMessage {
    public static final int TYPE = 8;
    public static final int MAX_BYTES = 12;

    static Acknowledge read(Reader in) throws MalformedMessage {
        return new Acknowledge(in.u16(), in.u32(), in.varuint());
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.u16(datagram);
        out.u32(earlier);
        out.varuint(states);
    }
}
