// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** What an instance sends. */
public sealed interface ServerMessage extends Message
        permits Welcome,
                EntityStates,
                EntityUpdate,
                PositionCorrection,
                EditApplied,
                EditDurable,
                EditRefused,
                Pong,
                Notice,
                Goodbye {
    /** None is longer. */
    int LONGEST_BYTES = 39064;

    /** Reads what follows the type byte, up to the message's end. */
    static ServerMessage read(int type, Reader in) throws MalformedMessage {
        return switch (type) {
            case Welcome.TYPE -> Welcome.read(in.limited(Welcome.MAX_BYTES));
            case EntityStates.TYPE -> EntityStates.read(in.limited(EntityStates.MAX_BYTES));
            case EntityUpdate.TYPE -> EntityUpdate.read(in.limited(EntityUpdate.MAX_BYTES));
            case PositionCorrection.TYPE ->
                    PositionCorrection.read(in.limited(PositionCorrection.MAX_BYTES));
            case EditApplied.TYPE -> EditApplied.read(in.limited(EditApplied.MAX_BYTES));
            case EditDurable.TYPE -> EditDurable.read(in.limited(EditDurable.MAX_BYTES));
            case EditRefused.TYPE -> EditRefused.read(in.limited(EditRefused.MAX_BYTES));
            case Pong.TYPE -> Pong.read(in.limited(Pong.MAX_BYTES));
            case Notice.TYPE -> Notice.read(in.limited(Notice.MAX_BYTES));
            case Goodbye.TYPE -> Goodbye.read(in.limited(Goodbye.MAX_BYTES));
            default -> throw Reason.UNKNOWN_TYPE.exception();
        };
    }
}
