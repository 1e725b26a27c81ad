package otherworld.webrtc.sdp;

import java.net.Inet6Address;
import java.util.List;
import otherworld.webrtc.ice.IceCandidate;

/**
 * Writes offers and answers exactly as RFC 8866, 8839, 8841, 8842 and 8843 have them. Stateless.
 */
public final class SdpWriter {
    private static final String PROTOCOL = "UDP/DTLS/SCTP";

    private final StringBuilder text = new StringBuilder(1_024);

    private SdpWriter() {}

    /**
     * An ICE-lite answer. Every m= line of the offer is answered, in order; all but the data
     * channels' are rejected with port 0. The candidates are complete.
     */
    public static String answer(SessionDescription offer, LocalDescription own) {
        var writer = new SdpWriter();
        writer.session(own.sessionId());
        writer.line("a=ice-lite");
        MediaLine channels = offer.dataChannels();
        if (!offer.bundled().isEmpty()) {
            writer.line("a=group:BUNDLE " + channels.find("mid").orElse(""));
        }
        List<MediaLine> lines = offer.lines().all();
        for (int i = 0; i < lines.size(); i++) {
            if (i == offer.index()) {
                writer.channels(channels, own);
            } else {
                writer.rejected(lines.get(i));
            }
        }
        return writer.text.toString();
    }

    /** An offer of data channels alone, by a full ICE agent that trickles nothing. */
    public static String offer(LocalDescription own) {
        var writer = new SdpWriter();
        writer.session(own.sessionId());
        writer.line("a=group:BUNDLE 0");
        writer.channels(
                new MediaLine(
                        "application",
                        9,
                        PROTOCOL,
                        List.of("webrtc-datachannel"),
                        List.of("mid:0")),
                own);
        return writer.text.toString();
    }

    private void session(long id) {
        line("v=0");
        line("o=- " + id + " 1 IN IP4 127.0.0.1"); // RFC 8828: no address of ours
        line("s=-");
        line("t=0 0");
    }

    private void rejected(MediaLine line) {
        line("m=%s 0 %s %s".formatted(line.kind(), line.protocol(), line.formats().getFirst()));
        line("c=IN IP4 0.0.0.0");
        line.find("mid").ifPresent(mid -> line("a=mid:" + mid));
    }

    private void channels(MediaLine line, LocalDescription own) {
        boolean old = line.protocol().equals("DTLS/SCTP");
        line(
                "m=application %d %s %s"
                        .formatted(
                                own.candidates().isEmpty()
                                        ? 9
                                        : own.candidates().getFirst().address().getPort(),
                                line.protocol(),
                                old ? Integer.toString(own.sctpPort()) : "webrtc-datachannel"));
        line("c=IN " + connection(own.candidates()));
        line.find("mid").ifPresent(mid -> line("a=mid:" + mid));
        line("a=ice-ufrag:" + own.credentials().ufrag());
        line("a=ice-pwd:" + own.credentials().password());
        line("a=fingerprint:" + own.fingerprint());
        line("a=setup:" + own.setup().text());
        if (old) {
            line("a=sctpmap:" + own.sctpPort() + " webrtc-datachannel 1024");
        } else {
            line("a=sctp-port:" + own.sctpPort());
        }
        line("a=max-message-size:" + own.maxMessageBytes());
        for (IceCandidate candidate : own.candidates()) {
            line("a=candidate:" + candidate.format());
        }
        line("a=end-of-candidates");
    }

    private static String connection(List<IceCandidate> candidates) {
        if (candidates.isEmpty()) {
            return "IP4 0.0.0.0";
        }
        var address = candidates.getFirst().address().getAddress();
        String literal = candidates.getFirst().format().split(" ", 6)[4];
        return (address instanceof Inet6Address ? "IP6 " : "IP4 ") + literal;
    }

    private void line(String line) {
        text.append(line).append("\r\n");
    }
}
