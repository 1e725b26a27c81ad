package otherworld.protocol;

/** What a client sends. */
public sealed interface ClientMessage extends Message
        permits Hello, MoveIntent, PlaceProp, MoveProp, RemoveProp, Ping, Leave {}
