package otherworld.webrtc.client;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.webrtc.channel.ChannelSpec;
import otherworld.webrtc.channel.OpenOutcome;
import otherworld.webrtc.dtls.DtlsContext;
import otherworld.webrtc.dtls.DtlsIdentity;
import otherworld.webrtc.peer.Connection;
import otherworld.webrtc.udp.UdpLoop;
import otherworld.webrtc.udp.UdpSocket;

/**
 * Any number of offering peers on one owner thread, for bots and tests. Each has a socket of its
 * own, since the server tells peers apart by address. Public methods are for any thread.
 */
public final class WebRtcClients implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebRtcClients.class);

    private final ClientSettings settings;
    private final LongSupplier clockNs = System::nanoTime;
    private final SecureRandom random = new SecureRandom();
    private final DtlsContext dtls;
    private final ClientWork work;
    private final UdpLoop loop;

    private WebRtcClients(ClientSettings settings) {
        this.settings = settings;
        this.dtls =
                new DtlsContext(
                        DtlsIdentity.create(random, Instant.now()),
                        random,
                        (int) settings.handshake().toMillis());
        this.work = new ClientWork(settings.outboxMessages(), clockNs);
        this.loop = new UdpLoop("webrtc-clients", work, clockNs);
    }

    /** Starts the owner thread. */
    public static WebRtcClients open(ClientSettings settings) {
        var clients = new WebRtcClients(settings);
        clients.loop.start();
        return clients;
    }

    /**
     * Makes a peer; its {@code offer} goes to the server, whose answer to {@code answer}.
     *
     * @param channels opened once connected, in this order
     * @throws IOException if no socket can be opened
     */
    public ClientPeer peer(List<ChannelSpec> channels, ClientListener listener) throws IOException {
        return new ClientPeer(this, channels, listener);
    }

    /** Has all messages handed over so far go out now; once after a batch of them. */
    public void flush() {
        if (!loop.isOwner()) {
            loop.wakeUp();
        }
    }

    /** Messages lost because their channel or peer was closed first. */
    public long messagesLost() {
        return work.lost();
    }

    /** Exceptions that ended a peer: bugs, here or in listeners. */
    public long bugs() {
        return work.bugs();
    }

    /** Closes all peers (close_notify, no lingering). */
    @Override
    public void close() {
        loop.close();
    }

    ClientSettings settings() {
        return settings;
    }

    SecureRandom random() {
        return random;
    }

    DtlsContext dtls() {
        return dtls;
    }

    ClientWork work() {
        return work;
    }

    UdpLoop loop() {
        return loop;
    }

    LongSupplier clockNs() {
        return clockNs;
    }

    UdpSocket openSocket(ClientPeer peer) throws IOException {
        return loop.open(settings.bind(), settings.socketBufferBytes(), peer);
    }

    void onOwner(Connection connection, LongConsumer command) {
        work.command(connection, command);
        loop.wakeUp();
    }

    void opened(OpenOutcome outcome) {
        switch (outcome) {
            case OpenOutcome.Opened _ -> {}
            case OpenOutcome.Refused(String reason) ->
                    LOG.warn("a channel cannot be opened: {}", reason);
        }
    }
}
