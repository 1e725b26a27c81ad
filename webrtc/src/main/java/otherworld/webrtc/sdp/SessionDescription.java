package otherworld.webrtc.sdp;

import java.util.List;
import otherworld.webrtc.dtls.Fingerprint;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;

/**
 * What an offer or answer says about its data channels.
 *
 * @param credentials of the other side
 * @param fingerprint of the certificate that the other side will show
 * @param sctpPort 1 to 65,535
 * @param maxMessageBytes longest message the other side takes; 0: any (RFC 8841 section 6)
 * @param candidates those that can be used: UDP, numeric
 * @param lines every m= line, for the answer to repeat
 * @param index which of them is the data channels'
 * @param bundled mids of its BUNDLE group; empty without one
 */
public record SessionDescription(
        IceCredentials credentials,
        Fingerprint fingerprint,
        Setup setup,
        int sctpPort,
        long maxMessageBytes,
        List<IceCandidate> candidates,
        boolean iceLite,
        Lines lines,
        int index,
        List<String> bundled) {

    /** The m= lines; what is in them is this package's business. */
    public static final class Lines {
        private final List<MediaLine> lines;

        Lines(List<MediaLine> lines) {
            this.lines = List.copyOf(lines);
        }

        List<MediaLine> all() {
            return lines;
        }
    }

    MediaLine dataChannels() {
        return lines.all().get(index);
    }
}
