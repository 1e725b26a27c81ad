package otherworld.bots;

import java.util.Optional;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.ServerMessage;

/** One connection to an instance, whatever carries it. Thread-safe. */
interface Connection {
    /** What carries connections. */
    enum Transport {
        WEBRTC,
        WEBSOCKET
    }

    /** Who hears. Messages of one channel come in order. */
    interface Receiver {
        void received(Connection from, ServerMessage message, int bytes);

        /** Called once, whatever ended it. */
        void closed(Connection connection, String why);
    }

    Transport transport();

    /** Sends over the reliable channel; the connection ends if too much waits already. */
    void send(ClientMessage message);

    /** Sends over the unreliable channel, unless something waits: an old pose is of no use. */
    boolean sendIfIdle(MoveIntent message);

    /**
     * Looks after a connection whose transport does not tell of a server that is gone; to be called
     * often. Never waits.
     *
     * @return why the server seems gone; empty: it does not
     */
    Optional<String> lost();

    void abort(String why);
}
