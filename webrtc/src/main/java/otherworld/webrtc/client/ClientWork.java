package otherworld.webrtc.client;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import otherworld.webrtc.peer.Connection;
import otherworld.webrtc.peer.ConnectionWork;
import otherworld.webrtc.udp.UdpLoop;
import otherworld.webrtc.udp.UdpSocket;

/** What the owner thread of all client peers does. */
final class ClientWork extends ConnectionWork {
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final byte[] scratch = new byte[UdpLoop.MAX_DATAGRAM_BYTES + 64];
    private volatile long lost;
    private volatile long bugs;

    ClientWork(int outboxMessages, LongSupplier clockNs) {
        super(outboxMessages, clockNs);
    }

    void add(Connection connection) {
        connections.add(connection);
    }

    void remove(Connection connection) {
        forget(connection);
        connections.remove(connection);
    }

    @Override
    public void datagram(
            UdpSocket socket, InetSocketAddress from, byte[] buffer, int length, long nowNs) {
        var peer = (ClientPeer) socket.owner();
        Connection connection = peer.connection();
        if (connection != null && !connection.isClosed()) {
            guarded(connection, () -> peer.datagram(from, buffer, length, scratch, nowNs));
        }
    }

    @Override
    public void oversize(UdpSocket socket) {}

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    protected void delivered(int messagesLost) {
        lost += messagesLost;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    protected void bug() {
        bugs++;
    }

    /** Any thread. Messages lost because their channel or peer was closed first. */
    long lost() {
        return lost;
    }

    /** Any thread. */
    long bugs() {
        return bugs;
    }

    @Override
    protected List<Connection> all() {
        return new ArrayList<>(connections);
    }
}
