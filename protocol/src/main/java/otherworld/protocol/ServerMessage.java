package otherworld.protocol;

/** What an instance sends. */
public sealed interface ServerMessage extends Message
        permits Welcome,
                ZoneSnapshot,
                PresenceDelta,
                PositionCorrection,
                PropDelta,
                EditApplied,
                EditDurable,
                EditRefused,
                Pong,
                Notice,
                Goodbye {}
