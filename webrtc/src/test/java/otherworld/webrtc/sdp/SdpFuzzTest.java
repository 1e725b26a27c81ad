package otherworld.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.Fuzz;
import otherworld.webrtc.ice.IceCredentials;

/**
 * Offers with lines and characters out of place: each is read or refused with a short reason, in
 * bounded time, and what is answered to one that was read is itself a well-formed description.
 */
class SdpFuzzTest {
    private static final List<String> OFFERS =
            List.of(
                    SdpTest.CHROMIUM,
                    SdpTest.FIREFOX,
                    SdpTest.SAFARI,
                    SdpTest.LIBDATACHANNEL,
                    SdpTest.WERIFT,
                    SdpTest.PION);
    private static final String[] TOKENS = {
        "",
        " ",
        ":",
        "=",
        "-1",
        "0",
        "65536",
        "999999999999999999",
        "9999999999999999999999",
        "\0",
        "\t",
        "\r",
        "\n",
        "\u2028",
        "\uD800",
        "é",
        "%s",
        "a=",
        "m=",
        "m=application 9 DTLS/SCTP x",
        "a=group:BUNDLE",
        "a=mid:",
        "a=setup:",
        "a=fingerprint:sha-256",
        "a=candidate:",
        "::1",
        "fe80::1%eth0",
        "1.2.3.4",
        "0x7f.1",
        "host.local",
        "typ",
        "udp",
        "/",
        "9/0",
        "a=bundle-only"
    };
    private static final long SLOWEST_NS = 2_000_000_000L;

    @Test
    void whateverIsOfferedIsReadOrRefused() throws Exception {
        Fuzz.run("sdp", 10, SdpFuzzTest::round);
    }

    private static long round(Random random) {
        for (int i = 0; i < 200; i++) {
            String offer = mutated(random);
            long beganNs = System.nanoTime();
            switch (SdpReader.read(offer)) {
                case SdpReading.Refused(String why) ->
                        assertThat(why).isNotBlank().hasSizeLessThan(250).matches("[ -~…]*");
                case SdpReading.Read(SessionDescription description) -> answer(description);
            }
            switch (TrickleFragment.read(offer)) {
                case TrickleFragment.Reading.Refused(String why) ->
                        assertThat(why).isNotBlank().hasSizeLessThan(250);
                case TrickleFragment.Reading.Read(TrickleFragment fragment) ->
                        assertThat(IceCredentials.isUfrag(fragment.ufrag())).isTrue();
            }
            assertThat(System.nanoTime() - beganNs).isLessThan(SLOWEST_NS);
        }
        return 200;
    }

    private static void answer(SessionDescription offer) {
        assertThat(offer.maxMessageBytes()).isNotNegative();
        assertThat(offer.candidates()).hasSizeLessThanOrEqualTo(64);
        String answer = SdpWriter.answer(offer, SdpTest.own());
        var lines = List.of(answer.split("\r\n", -1));
        assertThat(lines.subList(0, lines.size() - 1)).allMatch(line -> line.matches("[a-z]=.+"));
        var read = SdpTest.read(answer);
        assertThat(read.lines().all()).hasSameSizeAs(offer.lines().all());
        assertThat(read.credentials()).isEqualTo(SdpTest.own().credentials());
        assertThat(read.fingerprint()).isEqualTo(SdpTest.own().fingerprint());
        assertThat(read.iceLite()).isTrue();
        assertThat(read.index()).isEqualTo(offer.index());
    }

    private static String mutated(Random random) {
        var lines = new ArrayList<>(List.of(pick(random).split("(?<=\n)", -1)));
        for (int n = random.nextInt(6); n > 0; n--) {
            int at = random.nextInt(lines.size());
            switch (random.nextInt(7)) {
                case 0 -> lines.remove(at);
                case 1 -> lines.add(random.nextInt(lines.size()), lines.get(at));
                case 2 -> lines.set(at, lines.set(random.nextInt(lines.size()), lines.get(at)));
                case 3 -> {
                    String[] others = pick(random).split("(?<=\n)", -1);
                    lines.add(at, others[random.nextInt(others.length)]);
                }
                case 4 -> {
                    String line = lines.get(at);
                    int most = Math.max(1, 80_000 / (1 + line.length()));
                    lines.add(at, line.repeat(1 + random.nextInt(most)));
                }
                default -> lines.set(at, mutatedLine(lines.get(at), random));
            }
            if (lines.isEmpty()) {
                lines.add("v=0\n");
            }
        }
        String text = String.join("", lines);
        return random.nextInt(10) == 0
                ? text.substring(0, random.nextInt(text.length() + 1))
                : text;
    }

    private static String mutatedLine(String line, Random random) {
        int at = random.nextInt(line.length() + 1);
        int to = at + random.nextInt(line.length() + 1 - at);
        String token = TOKENS[random.nextInt(TOKENS.length)];
        return switch (random.nextInt(4)) {
            case 0 -> line.substring(0, at) + token + line.substring(at);
            case 1 -> line.substring(0, at) + token + line.substring(to);
            case 2 -> line.substring(0, at) + (char) random.nextInt(0x10000) + line.substring(at);
            default -> {
                String[] words = line.split(" ", -1);
                words[random.nextInt(words.length)] = token;
                yield String.join(" ", words);
            }
        };
    }

    private static String pick(Random random) {
        return OFFERS.get(random.nextInt(OFFERS.size()));
    }
}
