// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import java.util.List;

/** These edits of this player are committed: no crash undoes them. */
public record EditDurable(long epoch, List<Long> clientSequences) implements ServerMessage {
    public static final int TYPE = 70;
    public static final int MAX_BYTES = 2316;

    static EditDurable read(Reader in) throws MalformedMessage {
        return new EditDurable(
                in.varuint64(), in.list(Protocol.MAX_DURABLE_SEQUENCES, Reader::varuint64));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeFields(Writer out) {
        out.varuint64(epoch);
        out.list(clientSequences, Protocol.MAX_DURABLE_SEQUENCES, (item, to) -> to.varuint64(item));
    }
}
