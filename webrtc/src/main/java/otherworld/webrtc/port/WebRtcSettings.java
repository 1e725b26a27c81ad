package otherworld.webrtc.port;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import otherworld.webrtc.sctp.SctpSettings;

/**
 * Where a port listens, what it tells peers, and its limits.
 *
 * @param bind one to four addresses, e.g. a wildcard (both families) or 127.0.0.1 and ::1. Port 0
 *     of the first: any free one; of the others: the first's
 * @param advertised addresses put into answers, most preferred first; port 0 stands for the bound
 *     one. Empty: those of {@code bind}, which then must not be wildcards
 * @param limits numbers of peers and bytes
 * @param times how long things may take
 * @param sctp of every peer's association; its port and message size out come from the peer's offer
 */
public record WebRtcSettings(
        List<InetSocketAddress> bind,
        List<InetSocketAddress> advertised,
        Limits limits,
        Times times,
        SctpSettings sctp) {

    /**
     * Numbers.
     *
     * @param peers accepted and not closed; beyond, offers are refused as busy
     * @param halfOpen accepted and not yet connected; beyond, offers are refused as busy
     * @param handshakes DTLS handshakes that run at once; beyond, they wait for their turn
     * @param handshakesPerSource the same for one IP address
     * @param bufferedBytesPeer bytes on their way to one peer (64 counted for each message besides
     *     its own); beyond, {@code send} refuses. At most the association's send buffer
     * @param outboxMessages messages handed over by other threads and not yet taken by the owner
     *     thread; beyond, {@code send} refuses
     * @param socketBufferBytes SO_RCVBUF and SO_SNDBUF
     */
    public record Limits(
            int peers,
            int halfOpen,
            int handshakes,
            int handshakesPerSource,
            int bufferedBytesPeer,
            int outboxMessages,
            int socketBufferBytes) {
        public static final Limits DEFAULT =
                new Limits(2_048, 512, 128, 64, 512 << 10, 65_536, 4 << 20);
    }

    /**
     * Durations.
     *
     * @param connect from the answer to a connected peer; a peer that takes longer is dropped
     * @param handshake for DTLS alone
     * @param consent silence after which a peer is closed (RFC 7675 section 5.1: 30 s)
     * @param rebind silence on the used path after which a check from another address takes over
     *     even without a nomination
     * @param linger for what is queued to be delivered when this side closes
     */
    public record Times(
            Duration connect,
            Duration handshake,
            Duration consent,
            Duration rebind,
            Duration linger) {
        public static final Times DEFAULT =
                new Times(
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1));
    }

    public WebRtcSettings {
        bind = List.copyOf(bind);
        advertised = List.copyOf(advertised);
        var wrong = new ArrayList<String>();
        if (bind.isEmpty() || bind.size() > 4) {
            wrong.add("bind has " + bind.size() + " addresses; give one to four");
        }
        if (advertised.isEmpty()
                && bind.stream().anyMatch(address -> address.getAddress().isAnyLocalAddress())) {
            wrong.add("bind has a wildcard, so advertised must say which addresses peers reach");
        }
        if (advertised.size() > 8) {
            wrong.add("advertised has " + advertised.size() + " addresses; give at most eight");
        }
        least(wrong, "peers", limits.peers());
        least(wrong, "halfOpen", limits.halfOpen());
        least(wrong, "handshakes", limits.handshakes());
        least(wrong, "handshakesPerSource", limits.handshakesPerSource());
        least(wrong, "outboxMessages", limits.outboxMessages());
        least(wrong, "bufferedBytesPeer", limits.bufferedBytesPeer());
        least(wrong, "socketBufferBytes", limits.socketBufferBytes());
        if (limits.bufferedBytesPeer() > sctp.sendBufferBytes()) {
            wrong.add(
                    "bufferedBytesPeer is %d; at most the association's send buffer, %d"
                            .formatted(limits.bufferedBytesPeer(), sctp.sendBufferBytes()));
        }
        for (Duration time :
                List.of(
                        times.connect(),
                        times.handshake(),
                        times.consent(),
                        times.rebind(),
                        times.linger())) {
            if (time.isNegative() || time.isZero() || time.compareTo(Duration.ofHours(1)) > 0) {
                wrong.add("a time is " + time + "; it must be more than 0 and at most an hour");
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", wrong));
        }
    }

    private static void least(List<String> wrong, String name, int value) {
        if (value < 1) {
            wrong.add(name + " is " + value + "; it must be at least 1");
        }
    }

    /** Defaults at these addresses. */
    public static WebRtcSettings at(InetSocketAddress... bind) {
        return new WebRtcSettings(
                List.of(bind), List.of(), Limits.DEFAULT, Times.DEFAULT, SctpSettings.DEFAULT);
    }

    public WebRtcSettings withAdvertised(List<InetSocketAddress> addresses) {
        return new WebRtcSettings(bind, addresses, limits, times, sctp);
    }

    public WebRtcSettings withLimits(Limits other) {
        return new WebRtcSettings(bind, advertised, other, times, sctp);
    }

    public WebRtcSettings withTimes(Times other) {
        return new WebRtcSettings(bind, advertised, limits, other, sctp);
    }

    public WebRtcSettings withSctp(SctpSettings other) {
        return new WebRtcSettings(bind, advertised, limits, times, other);
    }
}
