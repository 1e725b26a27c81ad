package otherworld.instance.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.config.Limits;
import otherworld.webrtc.port.WebRtcSettings;
import otherworld.webrtc.sctp.SctpSettings;

/** How an instance sets its UDP port up. */
final class PortSettings {
    /** The Goodbye that is on its way may find as much room as the messages before it had. */
    private static final int SEND_BUFFER_BYTES = Limits.OUTBOX_BYTES + (64 << 10);

    private static final int RECEIVE_BUFFER_BYTES = 2 * Limits.MAX_FRAME_BYTES;
    private static final int MAX_STREAMS = 16; // a client has two channels
    private static final int SOCKET_BUFFER_BYTES = 4 << 20;

    private PortSettings() {}

    /**
     * The UDP port has the number of the TCP port.
     *
     * @throws IOException if an advertised name is unknown
     */
    static WebRtcSettings of(InstanceSettings settings) throws IOException {
        return new WebRtcSettings(
                List.of(new InetSocketAddress(settings.bind(), settings.port())),
                Advertised.of(settings.webRtc().advertised()),
                new WebRtcSettings.Limits(
                        Limits.MAX_PEERS,
                        Limits.MAX_HALF_OPEN_PEERS,
                        Limits.MAX_HANDSHAKES,
                        Limits.MAX_HANDSHAKES_PER_ADDRESS,
                        SEND_BUFFER_BYTES,
                        WebRtcSettings.Limits.DEFAULT.outboxMessages(),
                        SOCKET_BUFFER_BYTES),
                WebRtcSettings.Times.DEFAULT,
                SctpSettings.DEFAULT.withRoom(
                        Limits.MAX_FRAME_BYTES,
                        SEND_BUFFER_BYTES,
                        RECEIVE_BUFFER_BYTES,
                        MAX_STREAMS));
    }
}
