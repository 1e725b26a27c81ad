// Generated from protocol/schema/otherworld.schema, which says how to change it.
package otherworld.protocol;

import otherworld.protocol.MalformedMessage.Reason;

/** What a client sends. */
public sealed interface ClientMessage extends Message
        permits Hello, MoveIntent, PlaceEntity, MoveEntity, RemoveEntity, Ping, Leave, Acknowledge {
    /** None is longer. */
    int LONGEST_BYTES = 4096;

    /** Reads what follows the type byte, up to the message's end. */
    static ClientMessage read(int type, Reader in) throws MalformedMessage {
        return switch (type) {
            case Hello.TYPE -> Hello.read(in.limited(Hello.MAX_BYTES));
            case MoveIntent.TYPE -> MoveIntent.read(in.limited(MoveIntent.MAX_BYTES));
            case PlaceEntity.TYPE -> PlaceEntity.read(in.limited(PlaceEntity.MAX_BYTES));
            case MoveEntity.TYPE -> MoveEntity.read(in.limited(MoveEntity.MAX_BYTES));
            case RemoveEntity.TYPE -> RemoveEntity.read(in.limited(RemoveEntity.MAX_BYTES));
            case Ping.TYPE -> Ping.read(in.limited(Ping.MAX_BYTES));
            case Leave.TYPE -> Leave.read(in.limited(Leave.MAX_BYTES));
            case Acknowledge.TYPE -> Acknowledge.read(in.limited(Acknowledge.MAX_BYTES));
            default -> throw Reason.UNKNOWN_TYPE.exception();
        };
    }
}
