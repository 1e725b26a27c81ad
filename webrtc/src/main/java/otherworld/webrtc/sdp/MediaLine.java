package otherworld.webrtc.sdp;

import java.util.List;
import java.util.Optional;

/**
 * One m= line with its section.
 *
 * @param kind audio, video, application …
 * @param port 0: the line is not used, or its address is another's of the bundle
 * @param protocol e.g. UDP/DTLS/SCTP
 * @param formats as written; at least one
 * @param attributes values of a= lines in order, without "a="
 */
record MediaLine(
        String kind, int port, String protocol, List<String> formats, List<String> attributes) {

    /** The value behind {@code name:} of the first such attribute. */
    static Optional<String> find(List<String> attributes, String name) {
        String prefix = name + ":";
        return attributes.stream()
                .filter(attribute -> attribute.startsWith(prefix))
                .map(attribute -> attribute.substring(prefix.length()).trim())
                .findFirst();
    }

    Optional<String> find(String name) {
        return find(attributes, name);
    }

    boolean isDataChannels() {
        boolean used = port != 0 || attributes.contains("bundle-only");
        return kind.equals("application")
                && used
                && (protocol.equals("UDP/DTLS/SCTP")
                        || protocol.equals("TCP/DTLS/SCTP")
                        || protocol.equals("DTLS/SCTP"));
    }
}
