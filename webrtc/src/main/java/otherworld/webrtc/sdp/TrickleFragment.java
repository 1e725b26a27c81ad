package otherworld.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;

/**
 * Late candidates ({@code application/trickle-ice-sdpfrag}, RFC 8840 section 9).
 *
 * @param ufrag of the generation that the candidates belong to
 * @param candidates those that can be used
 * @param complete whether it says end-of-candidates
 */
public record TrickleFragment(String ufrag, List<IceCandidate> candidates, boolean complete) {
    /** Longest fragment read. */
    public static final int MAX_CHARS = 16_384;

    private static final int MAX_CANDIDATES = 64;

    /** What came of reading one. */
    public sealed interface Reading {
        record Read(TrickleFragment fragment) implements Reading {}

        /** {@code why} tells what to send instead. */
        record Refused(String why) implements Reading {}
    }

    public static Reading read(String text) {
        if (text.length() > MAX_CHARS) {
            return new Reading.Refused(
                    "the fragment has %d characters; send at most %d"
                            .formatted(text.length(), MAX_CHARS));
        }
        String ufrag = "";
        boolean complete = false;
        int seen = 0;
        var candidates = new ArrayList<IceCandidate>();
        for (String raw : text.split("\r\n|\n|\r", -1)) {
            String line = raw.trim();
            if (line.startsWith("a=ice-ufrag:")) {
                ufrag = line.substring(12).trim();
            } else if (line.equals("a=end-of-candidates")) {
                complete = true;
            } else if (line.startsWith("a=candidate:")) {
                if (++seen > MAX_CANDIDATES) {
                    return new Reading.Refused(
                            "more than " + MAX_CANDIDATES + " candidates; send fewer at a time");
                }
                IceCandidate.parse(line.substring(12)).ifPresent(candidates::add);
            }
        }
        if (!IceCredentials.isUfrag(ufrag)) {
            return new Reading.Refused(
                    "no a=ice-ufrag: a fragment names the one of the offer (RFC 8840 section 9)");
        }
        return new Reading.Read(new TrickleFragment(ufrag, List.copyOf(candidates), complete));
    }
}
