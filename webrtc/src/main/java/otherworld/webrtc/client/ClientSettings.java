package otherworld.webrtc.client;

import java.net.InetSocketAddress;
import java.time.Duration;
import otherworld.webrtc.sctp.SctpSettings;

/**
 * What all peers of a {@link WebRtcClients} have in common.
 *
 * @param bind local address of each peer's socket, port 0
 * @param connect from the answer to a connected peer; one that takes longer is closed
 * @param handshake for DTLS alone
 * @param consentInterval between checks once connected (RFC 7675: 5 s)
 * @param consent silence after which the peer is closed (RFC 7675: 30 s)
 * @param linger for what is queued to be delivered when this side closes
 * @param bufferedBytes on their way to one peer; beyond, {@code send} refuses
 * @param outboxMessages handed over by other threads and not yet taken; beyond, {@code send}
 *     refuses
 * @param socketBufferBytes SO_RCVBUF and SO_SNDBUF of each peer's socket
 * @param sctp of each association
 */
public record ClientSettings(
        InetSocketAddress bind,
        Duration connect,
        Duration handshake,
        Duration consentInterval,
        Duration consent,
        Duration linger,
        int bufferedBytes,
        int outboxMessages,
        int socketBufferBytes,
        SctpSettings sctp) {

    /** Defaults, bound to an address. */
    public static ClientSettings at(InetSocketAddress bind) {
        return new ClientSettings(
                bind,
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                512 << 10,
                65_536,
                256 << 10,
                SctpSettings.DEFAULT);
    }

    public ClientSettings withConsent(Duration interval, Duration silence) {
        return new ClientSettings(
                bind,
                connect,
                handshake,
                interval,
                silence,
                linger,
                bufferedBytes,
                outboxMessages,
                socketBufferBytes,
                sctp);
    }

    public ClientSettings withSctp(SctpSettings other) {
        return new ClientSettings(
                bind,
                connect,
                handshake,
                consentInterval,
                consent,
                linger,
                bufferedBytes,
                outboxMessages,
                socketBufferBytes,
                other);
    }
}
