package otherworld.webrtc.sctp;

import java.time.Duration;

/**
 * Limits and times of an association.
 *
 * <p>Packet size: 1,160 bytes of SCTP + 37 of a DTLS 1.2 record with AES-GCM (13 header, 8 nonce,
 * 16 tag) = 1,197 of UDP payload, at most the 1,200 that every path is expected to carry; + 8 UDP +
 * 40 IPv6 = 1,245, under IPv6's least MTU of 1,280, with room for the 4 bytes of a TURN channel.
 *
 * @param localPort SCTP port of this side, 1 to 65,535 (RFC 8841 a=sctp-port)
 * @param remotePort SCTP port of the peer
 * @param packetBytes longest SCTP packet sent, 512 to 1,400, a multiple of 4
 * @param maxMessageBytesIn longest message taken (our a=max-message-size); a longer one ends the
 *     association
 * @param maxMessageBytesOut longest message sent (the peer's a=max-message-size)
 * @param sendBufferBytes bytes of messages queued or not yet acknowledged, {@link
 *     #MESSAGE_OVERHEAD_BYTES} counted for each; at least one longest message
 * @param receiveBufferBytes bytes held for reassembly and order, the window offered to the peer
 * @param maxStreams streams in each direction, 1 to 65,535
 * @param rtoInitial retransmission time-out before the first measurement
 * @param rtoMin least retransmission time-out
 * @param rtoMax longest retransmission time-out, also of every timer's back-off but the handshake's
 * @param t1Initial from INIT or COOKIE ECHO, unanswered, to the same again; doubled each time. Less
 *     than RFC 9260's second: clients give up on the whole after two, and these packets are small
 * @param t1Max the longest it becomes
 * @param sackDelay longest wait before DATA is acknowledged, at most 500 ms (RFC 9260 section 6.2)
 * @param cookieLife how long a handshake's cookie is good
 * @param heartbeatInterval idle time after which the peer is probed
 * @param maxInitRetransmits how often INIT or COOKIE ECHO is sent again before giving up
 * @param maxRetransmits how many time-outs in a row without an answer end the association
 * @param maxBurstPackets packets with DATA sent in one go; the next acknowledgement lets more go
 */
public record SctpSettings(
        int localPort,
        int remotePort,
        int packetBytes,
        int maxMessageBytesIn,
        int maxMessageBytesOut,
        int sendBufferBytes,
        int receiveBufferBytes,
        int maxStreams,
        Duration rtoInitial,
        Duration rtoMin,
        Duration rtoMax,
        Duration t1Initial,
        Duration t1Max,
        Duration sackDelay,
        Duration cookieLife,
        Duration heartbeatInterval,
        int maxInitRetransmits,
        int maxRetransmits,
        int maxBurstPackets) {

    /** What a message or fragment costs beyond its bytes, so that empty ones are bounded too. */
    public static final int MESSAGE_OVERHEAD_BYTES = 64;

    /**
     * What data channels of a World use: messages up to 256 KiB, half a megabyte buffered each way.
     */
    public static final SctpSettings DEFAULT =
            new SctpSettings(
                    5000,
                    5000,
                    1160,
                    256 << 10,
                    256 << 10,
                    512 << 10,
                    512 << 10,
                    1024,
                    Duration.ofMillis(250),
                    Duration.ofMillis(250),
                    Duration.ofSeconds(3),
                    Duration.ofMillis(150),
                    Duration.ofMillis(300),
                    Duration.ofMillis(60),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    50, // 15 s, as long as the whole connection may take
                    10,
                    8);

    public SctpSettings {
        require("localPort", localPort, 1, 65_535);
        require("remotePort", remotePort, 1, 65_535);
        require("packetBytes", packetBytes, 512, 1_400);
        require("packetBytes modulo 4", packetBytes % 4, 0, 0);
        require("maxMessageBytesIn", maxMessageBytesIn, 1, 64 << 20);
        require("maxMessageBytesOut", maxMessageBytesOut, 1, 64 << 20);
        require("sendBufferBytes", sendBufferBytes, maxMessageBytesOut, 256 << 20);
        require("receiveBufferBytes", receiveBufferBytes, 4_096, 256 << 20);
        require("maxStreams", maxStreams, 1, 65_535);
        require("maxInitRetransmits", maxInitRetransmits, 0, 100);
        require("maxRetransmits", maxRetransmits, 1, 100);
        require("maxBurstPackets", maxBurstPackets, 1, 1_000);
        requireOrder("rtoMin ≤ rtoInitial", rtoMin, rtoInitial);
        requireOrder("rtoInitial ≤ rtoMax", rtoInitial, rtoMax);
        requireOrder("t1Initial ≤ t1Max", t1Initial, t1Max);
        requireOrder("1 ms ≤ t1Initial", Duration.ofMillis(1), t1Initial);
        requireOrder("1 ms ≤ rtoMin", Duration.ofMillis(1), rtoMin);
        requireOrder("sackDelay ≤ 500 ms", sackDelay, Duration.ofMillis(500));
        requireOrder("1 s ≤ heartbeatInterval", Duration.ofSeconds(1), heartbeatInterval);
        requireOrder("1 s ≤ cookieLife", Duration.ofSeconds(1), cookieLife);
    }

    /**
     * The same with the limits that the two session descriptions agreed on.
     *
     * @param remotePort the peer's a=sctp-port
     * @param maxMessageBytesOut the peer's a=max-message-size; 0 (no limit) or more than the send
     *     buffer means as much as that holds
     */
    public SctpSettings withPeer(int remotePort, long maxMessageBytesOut) {
        int most =
                maxMessageBytesOut <= 0
                        ? sendBufferBytes
                        : (int) Math.min(maxMessageBytesOut, sendBufferBytes);
        return with(
                remotePort,
                maxMessageBytesIn,
                most,
                sendBufferBytes,
                receiveBufferBytes,
                maxStreams);
    }

    /**
     * The same with room for other messages.
     *
     * @param maxMessageBytes longest message, in both directions
     */
    public SctpSettings withRoom(
            int maxMessageBytes, int sendBufferBytes, int receiveBufferBytes, int maxStreams) {
        return with(
                remotePort,
                maxMessageBytes,
                maxMessageBytes,
                sendBufferBytes,
                receiveBufferBytes,
                maxStreams);
    }

    private SctpSettings with(
            int remotePort,
            int maxMessageBytesIn,
            int maxMessageBytesOut,
            int sendBufferBytes,
            int receiveBufferBytes,
            int maxStreams) {
        return new SctpSettings(
                localPort,
                remotePort,
                packetBytes,
                maxMessageBytesIn,
                maxMessageBytesOut,
                sendBufferBytes,
                receiveBufferBytes,
                maxStreams,
                rtoInitial,
                rtoMin,
                rtoMax,
                t1Initial,
                t1Max,
                sackDelay,
                cookieLife,
                heartbeatInterval,
                maxInitRetransmits,
                maxRetransmits,
                maxBurstPackets);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + " is " + value + "; it must be from " + least + " to " + most);
        }
    }

    private static void requireOrder(String rule, Duration shorter, Duration longer) {
        if (shorter.compareTo(longer) > 0) {
            throw new IllegalArgumentException(
                    "must hold: " + rule + " (" + shorter + ", " + longer + ")");
        }
    }
}
