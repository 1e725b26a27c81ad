package otherworld.bots;

import java.util.Optional;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.ServerMessage;

/** One connection to an instance, whatever carries it. Thread-safe. */
interface Connection {
    /** What carries connections. */
    enum Transport {
        WEBRTC,
        WEBSOCKET
    }

    /** How a connection ended. */
    sealed interface End {
        /** For people, of few kinds. */
        String text();

        /** The server said something that the protocol does not have: its fault, or ours. */
        record Malformed(String what) implements End {
            @Override
            public String text() {
                return "MALFORMED: " + what;
            }
        }

        /**
         * The other side closed in order.
         *
         * @param code WebSocket's; 1000 where WebRTC carries it
         */
        record Closed(int code) implements End {
            @Override
            public String text() {
                return "closed with " + code;
            }
        }

        /** It broke, or this side gave it up. */
        record Broken(String why) implements End {
            @Override
            public String text() {
                return why;
            }
        }
    }

    /** Who hears. Messages of one channel come in order. */
    interface Receiver {
        void received(Connection from, ServerMessage message, int bytes);

        /** Called once, whatever ended it. */
        void closed(Connection connection, End end);
    }

    Transport transport();

    /** Whether it goes through a TURN server. */
    default boolean isRelayed() {
        return false;
    }

    /** Sends over the reliable channel; the connection ends if too much waits already. */
    void send(ClientMessage message);

    /** Whether what the server says may be lost, and so is to be acknowledged. */
    default boolean isLossy() {
        return transport() == Transport.WEBRTC;
    }

    /** Sends over the unreliable channel, unless something waits: an old pose is of no use. */
    boolean sendIfIdle(ClientMessage message);

    /**
     * Looks after a connection whose transport does not tell of a server that is gone; to be called
     * often. Never waits.
     *
     * @return why the server seems gone; empty: it does not
     */
    Optional<String> lost();

    void abort(End end);

    default void abort(String why) {
        abort(new End.Broken(why));
    }
}
