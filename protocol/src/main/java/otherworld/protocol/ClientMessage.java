// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** What a client sends. */
public sealed interface ClientMessage extends Message
        permits Hello, MoveIntent, PlaceProp, MoveProp, RemoveProp, Ping, Leave {
    /** None is longer. */
    int LONGEST_BYTES = 2118;

    /** Reads what follows the type byte, up to the message's end. */
    static ClientMessage read(int type, Reader in) throws MalformedMessage {
        return switch (type) {
            case Hello.TYPE -> Hello.read(in.limited(Hello.MAX_BYTES));
            case MoveIntent.TYPE -> MoveIntent.read(in.limited(MoveIntent.MAX_BYTES));
            case PlaceProp.TYPE -> PlaceProp.read(in.limited(PlaceProp.MAX_BYTES));
            case MoveProp.TYPE -> MoveProp.read(in.limited(MoveProp.MAX_BYTES));
            case RemoveProp.TYPE -> RemoveProp.read(in.limited(RemoveProp.MAX_BYTES));
            case Ping.TYPE -> Ping.read(in.limited(Ping.MAX_BYTES));
            case Leave.TYPE -> Leave.read(in.limited(Leave.MAX_BYTES));

            default -> throw Reason.UNKNOWN_TYPE.exception();
        };
    }
}
