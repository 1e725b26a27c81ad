package otherworld.webrtc.sdp;

import java.util.List;
import otherworld.webrtc.dtls.Fingerprint;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;

/**
 * What this side says of itself in an offer or answer.
 *
 * @param sessionId of the o= line, not negative
 * @param candidates in order of preference; the first is the default
 * @param maxMessageBytes longest message taken
 */
public record LocalDescription(
        long sessionId,
        IceCredentials credentials,
        Fingerprint fingerprint,
        Setup setup,
        int sctpPort,
        int maxMessageBytes,
        List<IceCandidate> candidates) {}
