package otherworld.bots;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import otherworld.bots.Connection.Receiver;
import otherworld.webrtc.client.ClientSettings;
import otherworld.webrtc.client.WebRtcClients;
import otherworld.webrtc.dtls.DtlsWarmUp;

/** Opens connections for all bots of a run, which share its threads. Thread-safe. */
final class Transports implements AutoCloseable {
    /** From the offer to open channels, in all: whoever waits longer plays over WebSocket. */
    static final Duration WEBRTC_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Connections of WebRTC that are being made at a time. Players have a device each; here one
     * process does the handshakes of all, and were it to begin hundreds at once none would be done
     * in time.
     */
    private static final int MOST_BEGUN = 8;

    private static final int WARM_UP_HANDSHAKES = 40;
    private static final Duration WARM_UP_TIME = Duration.ofSeconds(1);

    private static final Duration WEBSOCKET_TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient http;
    private final TransportChoice choice;
    private final Supplier<ClientSettings> settings;
    private final Semaphore begun = new Semaphore(MOST_BEGUN, true);
    private @Nullable WebRtcClients clients;

    Transports(HttpClient http, TransportChoice choice) {
        this(http, choice, () -> ClientSettings.at(new InetSocketAddress(anywhere(), 0)));
    }

    /**
     * @param settings of WebRTC, asked for when it is used for the first time
     */
    Transports(HttpClient http, TransportChoice choice, Supplier<ClientSettings> settings) {
        this.http = http;
        this.choice = choice;
        this.settings = settings;
    }

    /** Has this process ready to connect quickly, before any bot waits for it. */
    void warmUp() throws InterruptedException {
        if (choice != TransportChoice.WEBSOCKET) {
            DtlsWarmUp.run(WARM_UP_HANDSHAKES, WARM_UP_TIME);
        }
    }

    static boolean isWebRtc(URI endpoint) {
        return String.valueOf(endpoint.getScheme()).startsWith("http");
    }

    /**
     * @param reason why WebSocket, for the instance's metrics; may be empty
     */
    Connection webSocket(URI endpoint, String reason, Receiver receiver)
            throws IOException, InterruptedException {
        URI asked = reason.isEmpty() ? endpoint : URI.create(endpoint + "?reason=" + reason);
        return WebSocketConnection.open(http, asked, receiver, WEBSOCKET_TIMEOUT);
    }

    /**
     * Waits for its turn first, which is not part of the time-out.
     *
     * @param reason why WebRTC, for the instance's metrics; may be empty
     */
    Connection webRtc(
            URI endpoint, String token, String reason, Receiver receiver, Duration timeout)
            throws NotConnected, InterruptedException {
        begun.acquire();
        try {
            return WebRtcConnection.open(
                    clients(),
                    http,
                    endpoint,
                    token,
                    reason,
                    choice == TransportChoice.TURN,
                    receiver,
                    timeout);
        } finally {
            begun.release();
        }
    }

    private synchronized WebRtcClients clients() {
        WebRtcClients open = clients;
        if (open == null) {
            open = WebRtcClients.open(settings.get());
            clients = open;
        }
        return open;
    }

    @Override
    public synchronized void close() {
        if (clients != null) {
            clients.close();
        }
    }

    private static InetAddress anywhere() {
        try {
            return InetAddress.getByAddress(new byte[4]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
