package otherworld.webrtc.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import otherworld.webrtc.dtls.Fingerprint;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;

/**
 * Reads offers and answers (RFC 8866, 8839, 8841, 8843) tolerantly: any line end, unknown lines,
 * attributes at session or media level or in the section that leads the bundle, candidates of kinds
 * it cannot use, other m= lines. Stateless.
 */
public final class SdpReader {
    /** Longest description read; browsers' offers with audio and video have about 6,000. */
    public static final int MAX_CHARS = 65_536;

    private static final int MAX_LINES = 4_096;
    private static final int MAX_MEDIA_LINES = 32;
    private static final int MAX_CANDIDATES = 64;

    /** What a peer takes that does not say (RFC 8841 section 6.1). */
    private static final long DEFAULT_MAX_MESSAGE_BYTES = 65_536;

    /** Ends reading with what to tell the sender; never leaves this class. */
    @SuppressWarnings("serial")
    private static final class Refusal extends Exception {
        Refusal(String why) {
            super(why, null, false, false);
        }
    }

    private final List<String> session = new ArrayList<>();
    private final List<MediaLine> media = new ArrayList<>();

    private SdpReader() {}

    public static SdpReading read(String text) {
        try {
            return new SdpReading.Read(new SdpReader().parse(text));
        } catch (Refusal e) {
            return new SdpReading.Refused(String.valueOf(e.getMessage()));
        }
    }

    private SessionDescription parse(String text) throws Refusal {
        split(text);
        for (MediaLine line : media) {
            String mid = line.find("mid").orElse("none");
            if (!isToken(mid)) {
                throw new Refusal("a=mid:" + brief(mid) + "; send a token (RFC 5888 section 4)");
            }
        }
        int index = dataChannels();
        MediaLine line = media.get(index);
        List<String> bundled = bundle(line);
        return new SessionDescription(
                credentials(line, bundled),
                fingerprint(line, bundled),
                setup(line, bundled),
                sctpPort(line),
                maxMessageBytes(line),
                candidates(line, bundled),
                session.contains("ice-lite"),
                new SessionDescription.Lines(media),
                index,
                bundled);
    }

    private void split(String text) throws Refusal {
        if (text.length() > MAX_CHARS) {
            throw new Refusal(
                    "the session description has %d characters; send at most %d"
                            .formatted(text.length(), MAX_CHARS));
        }
        String[] lines = text.split("\r\n|\n|\r", MAX_LINES + 1);
        if (lines.length > MAX_LINES) {
            throw new Refusal("more than " + MAX_LINES + " lines; send fewer");
        }
        if (!lines[0].trim().equals("v=0")) {
            throw new Refusal("no session description: its first line must be v=0");
        }
        List<String> attributes = session;
        for (String raw : lines) {
            String line = raw.trim();
            if (line.startsWith("m=")) {
                attributes = mediaLine(line);
            } else if (line.startsWith("a=")) {
                attributes.add(line.substring(2));
            }
        }
    }

    private List<String> mediaLine(String line) throws Refusal {
        String[] parts = line.substring(2).split(" +", -1);
        if (media.size() == MAX_MEDIA_LINES) {
            throw new Refusal("more than " + MAX_MEDIA_LINES + " m= lines; send fewer");
        }
        // "9/2" is a port and a count of ports
        Optional<Integer> port =
                parts.length < 4 ? Optional.empty() : number(parts[1].split("/", 2)[0], 65_535);
        if (port.isEmpty() || !List.of(parts).stream().allMatch(SdpReader::isToken)) {
            throw new Refusal(
                    "an m= line is not of the form m=<media> <port> <proto> <fmt>: " + brief(line));
        }
        var attributes = new ArrayList<String>();
        media.add(
                new MediaLine(
                        parts[0],
                        port.get(),
                        parts[2],
                        List.of(parts).subList(3, parts.length),
                        attributes));
        return attributes;
    }

    private int dataChannels() throws Refusal {
        for (int i = 0; i < media.size(); i++) {
            if (media.get(i).isDataChannels()) {
                return i;
            }
        }
        throw new Refusal(
                "no line m=application <port> UDP/DTLS/SCTP webrtc-datachannel: create a data channel"
                        + " before the offer");
    }

    /** The mids of the BUNDLE group that the line is in (RFC 8843). */
    private List<String> bundle(MediaLine line) {
        String mid = line.find("mid").orElse("");
        for (String attribute : session) {
            if (attribute.startsWith("group:BUNDLE ")) {
                List<String> mids = List.of(attribute.substring(13).trim().split(" +", -1));
                if (mids.contains(mid)) {
                    return mids;
                }
            }
        }
        return List.of();
    }

    /**
     * In the line's own section, else for the session, else in the section that leads the bundle.
     */
    private Optional<String> find(MediaLine line, List<String> bundled, String name) {
        return line.find(name)
                .or(() -> MediaLine.find(session, name))
                .or(() -> leader(bundled).flatMap(leader -> leader.find(name)));
    }

    private Optional<MediaLine> leader(List<String> bundled) {
        return bundled.isEmpty()
                ? Optional.empty()
                : media.stream()
                        .filter(line -> line.find("mid").orElse("").equals(bundled.getFirst()))
                        .findFirst();
    }

    private IceCredentials credentials(MediaLine line, List<String> bundled) throws Refusal {
        String ufrag = find(line, bundled, "ice-ufrag").orElse("");
        String password = find(line, bundled, "ice-pwd").orElse("");
        if (!IceCredentials.isUfrag(ufrag) || !IceCredentials.isPassword(password)) {
            throw new Refusal(
                    "a=ice-ufrag (4 to 256 characters) or a=ice-pwd (22 to 256) is missing or malformed:"
                            + " send both, as RFC 8839 section 5.4 has them");
        }
        return new IceCredentials(ufrag, password);
    }

    private Fingerprint fingerprint(MediaLine line, List<String> bundled) throws Refusal {
        var attributes = new ArrayList<>(line.attributes());
        attributes.addAll(session);
        leader(bundled).ifPresent(leader -> attributes.addAll(leader.attributes()));
        return attributes.stream()
                .filter(attribute -> attribute.startsWith("fingerprint:"))
                .flatMap(attribute -> Fingerprint.parse(attribute.substring(12)).stream())
                .findFirst()
                .orElseThrow(() ->
                        new Refusal(
                                "no a=fingerprint:sha-256 with 32 bytes in hex and colons: send"
                                        + " the hash of your DTLS certificate"));
    }

    private Setup setup(MediaLine line, List<String> bundled) throws Refusal {
        String text = find(line, bundled, "setup").orElse("actpass").toLowerCase(Locale.ROOT);
        return switch (text) {
            case "actpass" -> Setup.ACTPASS;
            case "active" -> Setup.ACTIVE;
            case "passive" -> Setup.PASSIVE;
            default ->
                    throw new Refusal(
                            "a=setup:" + brief(text) + "; send actpass in an offer (RFC 8842)");
        };
    }

    private int sctpPort(MediaLine line) throws Refusal {
        // Before RFC 8841 the port was the format: m=application 9 DTLS/SCTP 5000
        String text =
                line.find("sctp-port")
                        .orElse(
                                line.protocol().equals("DTLS/SCTP")
                                        ? line.formats().getFirst()
                                        : "5000");
        int port = number(text, 65_535).orElse(0);
        if (port == 0) {
            throw new Refusal("a=sctp-port:" + brief(text) + "; send 5000");
        }
        return port;
    }

    private long maxMessageBytes(MediaLine line) {
        return line.find("max-message-size")
                .flatMap(text -> number(text, Integer.MAX_VALUE))
                .map(Integer::longValue)
                .orElse(DEFAULT_MAX_MESSAGE_BYTES);
    }

    private List<IceCandidate> candidates(MediaLine line, List<String> bundled) {
        var attributes = new ArrayList<>(line.attributes());
        leader(bundled)
                .filter(leader -> !leader.equals(line))
                .ifPresent(leader -> attributes.addAll(leader.attributes()));
        return attributes.stream()
                .filter(attribute -> attribute.startsWith("candidate:"))
                .limit(MAX_CANDIDATES)
                .flatMap(attribute -> IceCandidate.parse(attribute.substring(10)).stream())
                .toList();
    }

    /**
     * Empty unless 0 to {@code most}; more than an int holds counts as {@code Integer.MAX_VALUE}.
     */
    private static Optional<Integer> number(String text, int most) {
        if (!text.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        long value = Math.min(Long.parseLong(text), Integer.MAX_VALUE);
        return value <= most ? Optional.of((int) value) : Optional.empty();
    }

    /** Printable and without blanks: what may be repeated in an answer. */
    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    /** What a stranger sent, in an answer to it: short, and without control characters. */
    private static String brief(String text) {
        String visible = text.replaceAll("[^ -~]", "?");
        return visible.length() <= 60 ? visible : visible.substring(0, 60) + "…";
    }
}
