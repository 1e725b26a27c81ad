package otherworld.bots;

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

    /** For how long nothing was heard, where that is the only sign of a server that is gone. */
    long silentMs();

    void abort(String why);
}
