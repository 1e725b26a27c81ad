package otherworld.webrtc.sdp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.webrtc.dtls.Fingerprint;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;

/** Offers in the manner of each stack, and the answers to them. */
class SdpTest {
    private static final String HASH =
            "6B:8B:F0:65:5F:78:E2:51:3B:AC:6F:F3:3F:46:1B:35:DC:B8:5F:64:1A:24:C2:43:F0:A1:58:D0:A1:2C:19:08";

    /** Chromium: everything in the section, mDNS candidates, extmap at session level. */
    static final String CHROMIUM =
            """
            v=0
            o=- 4611731400430051336 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            a=extmap-allow-mixed
            a=msid-semantic: WMS
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 0.0.0.0
            a=candidate:2 1 udp 2113937151 0e2e9d6a-61ad-4c23-8e29-a81f9a2a1f0c.local 53211 typ host generation 0 network-cost 999
            a=ice-ufrag:h8Fa
            a=ice-pwd:c2NoZWlubmljaHRudXJzbw+/
            a=ice-options:trickle
            a=fingerprint:sha-256 %s
            a=setup:actpass
            a=mid:0
            a=sctp-port:5000
            a=max-message-size:262144
            """
                    .formatted(HASH);

    /** Firefox: fingerprint and options for the session, hex ufrag, a larger message. */
    static final String FIREFOX =
            """
            v=0
            o=mozilla...THIS_IS_SDPARTA-99.0 8164837281736452817 0 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=fingerprint:sha-256 %s
            a=group:BUNDLE 0
            a=ice-options:trickle
            a=msid-semantic:WMS *
            m=application 51472 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 192.0.2.17
            a=candidate:0 1 UDP 2122252543 192.0.2.17 51472 typ host
            a=candidate:1 1 TCP 2105524479 192.0.2.17 9 typ host tcptype active
            a=candidate:2 1 UDP 1686052863 203.0.113.9 40123 typ srflx raddr 192.0.2.17 rport 51472
            a=sendrecv
            a=end-of-candidates
            a=ice-pwd:0f3a9b1c5d7e8f90a1b2c3d4e5f60718
            a=ice-ufrag:7c1d20fe
            a=mid:0
            a=setup:actpass
            a=sctp-port:5000
            a=max-message-size:1073741823
            """
                    .formatted(HASH);

    /** Safari with audio first: the data channels come last and share the bundle's transport. */
    static final String SAFARI =
            """
            v=0
            o=- 2173612763871263 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE audio data
            m=audio 9 UDP/TLS/RTP/SAVPF 111 63
            c=IN IP4 0.0.0.0
            a=rtcp:9 IN IP4 0.0.0.0
            a=ice-ufrag:Ab3+
            a=ice-pwd:zYxWvUtSrQpOnMlKjIhGfEdC
            a=fingerprint:sha-256 %s
            a=setup:actpass
            a=mid:audio
            a=recvonly
            a=rtpmap:111 opus/48000/2
            m=application 0 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 0.0.0.0
            a=bundle-only
            a=mid:data
            a=sctp-port:5000
            """
                    .formatted(HASH);

    /** libdatachannel: CRLF is its way; ice2; port of the candidate. */
    static final String LIBDATACHANNEL =
            """
            v=0
            o=rtc 3767197920 0 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            a=group:LS 0
            a=msid-semantic:WMS *
            a=setup:actpass
            a=ice-ufrag:r2Vx
            a=ice-pwd:nKwmfXcD0pOq9sTuVwXyZ1
            a=ice-options:ice2,trickle
            a=fingerprint:sha-256 %s
            m=application 43210 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 198.51.100.4
            a=mid:0
            a=sendrecv
            a=sctp-port:5000
            a=max-message-size:262144
            a=candidate:1 1 UDP 2122317823 198.51.100.4 43210 typ host
            a=candidate:2 1 UDP 2122317567 2001:db8::7 43210 typ host
            a=end-of-candidates
            """
                    .formatted(HASH)
                    .replace("\n", "\r\n");

    /**
     * werift: two candidates, a fingerprint in each place, no BUNDLE semantics beyond the group.
     */
    static final String WERIFT =
            """
            v=0
            o=- 51427385 0 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=group:BUNDLE 0
            a=extmap-allow-mixed
            a=msid-semantic:WMS *
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 0.0.0.0
            a=ice-ufrag:8f1c
            a=ice-pwd:5a6b7c8d9e0f1a2b3c4d5e
            a=ice-options:trickle
            a=fingerprint:sha-1 00:11:22:33
            a=fingerprint:sha-256 %s
            a=setup:actpass
            a=mid:0
            a=sctp-port:5000
            a=max-message-size:65536
            """
                    .formatted(HASH);

    /** pion: fingerprint for the session, lower-case protocol of candidates, two components. */
    static final String PION =
            """
            v=0
            o=- 6021473829110293847 1732190400 IN IP4 0.0.0.0
            s=-
            t=0 0
            a=msid-semantic:WMS*
            a=fingerprint:sha-256 %s
            a=extmap-allow-mixed
            a=group:BUNDLE 0
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 0.0.0.0
            a=setup:actpass
            a=mid:0
            a=sendrecv
            a=sctp-port:5000
            a=max-message-size:1073741823
            a=ice-ufrag:kZqFvWcTdYpLmNbX
            a=ice-pwd:rTgBnHyUjMkIoLpQaZwSxEdCrFvTgByH
            a=candidate:2351012340 1 udp 2130706431 192.0.2.44 38211 typ host ufrag kZqFvWcTdYpLmNbX
            a=candidate:2351012340 2 udp 2130706430 192.0.2.44 38211 typ host
            a=end-of-candidates
            """
                    .formatted(HASH);

    static SessionDescription read(String sdp) {
        return ((SdpReading.Read) SdpReader.read(sdp)).description();
    }

    private static String why(String sdp) {
        return ((SdpReading.Refused) SdpReader.read(sdp)).why();
    }

    @Test
    void readsEachStacksOffer() {
        assertThat(read(CHROMIUM).credentials())
                .isEqualTo(new IceCredentials("h8Fa", "c2NoZWlubmljaHRudXJzbw+/"));
        assertThat(read(CHROMIUM).candidates()).as("mDNS is not looked up").isEmpty();
        assertThat(read(CHROMIUM).maxMessageBytes()).isEqualTo(262_144);
        assertThat(read(FIREFOX).candidates()).as("UDP alone").hasSize(2);
        assertThat(read(FIREFOX).fingerprint()).hasToString("sha-256 " + HASH);
        assertThat(read(SAFARI).credentials().ufrag()).isEqualTo("Ab3+");
        assertThat(read(SAFARI).maxMessageBytes()).as("RFC 8841's default").isEqualTo(65_536);
        assertThat(read(SAFARI).index()).isEqualTo(1);
        assertThat(read(LIBDATACHANNEL).candidates()).hasSize(2);
        assertThat(read(WERIFT).fingerprint()).hasToString("sha-256 " + HASH);
        assertThat(read(PION).candidates()).as("component 1 alone").hasSize(1);
        for (String offer : List.of(CHROMIUM, FIREFOX, SAFARI, LIBDATACHANNEL, WERIFT, PION)) {
            assertThat(read(offer).setup()).isEqualTo(Setup.ACTPASS);
            assertThat(read(offer).sctpPort()).isEqualTo(5000);
            assertThat(read(offer).iceLite()).isFalse();
            assertThat(read(offer.replace("\n", "\r"))).as("any line end").isNotNull();
        }
    }

    static LocalDescription own() {
        return new LocalDescription(
                77,
                new IceCredentials("ownUfrag", "ownPasswordOf22OrMoreChars"),
                Fingerprint.parse("sha-256 " + HASH).orElseThrow(),
                Setup.PASSIVE,
                5000,
                262_144,
                List.of(
                        IceCandidate.host(
                                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7000), 0),
                        IceCandidate.host(
                                new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 7000),
                                1)));
    }

    @Test
    void answersExactly() {
        assertThat(SdpWriter.answer(read(CHROMIUM), own()))
                .isEqualTo(
                        """
                        v=0
                        o=- 77 1 IN IP4 127.0.0.1
                        s=-
                        t=0 0
                        a=ice-lite
                        a=group:BUNDLE 0
                        m=application 7000 UDP/DTLS/SCTP webrtc-datachannel
                        c=IN IP4 192.0.2.1
                        a=mid:0
                        a=ice-ufrag:ownUfrag
                        a=ice-pwd:ownPasswordOf22OrMoreChars
                        a=fingerprint:sha-256 %s
                        a=setup:passive
                        a=sctp-port:5000
                        a=max-message-size:262144
                        a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host
                        a=candidate:2 1 udp 2130706175 2001:db8:0:0:0:0:0:1 7000 typ host
                        a=end-of-candidates
                        """
                                .formatted(HASH)
                                .replace("\n", "\r\n"));
    }

    @Test
    void rejectsOtherLinesInTheirPlace() {
        String answer = SdpWriter.answer(read(SAFARI), own());
        assertThat(answer)
                .contains("a=group:BUNDLE data\r\n")
                .contains("m=audio 0 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:audio\r\n")
                .contains("m=application 7000 UDP/DTLS/SCTP webrtc-datachannel\r\n");
        assertThat(answer.indexOf("m=audio")).isLessThan(answer.indexOf("m=application"));
        var read = read(answer);
        assertThat(read.iceLite()).isTrue();
        assertThat(read.candidates()).hasSize(2);
    }

    @Test
    void answersWhatCameBeforeRfc8841() {
        String old =
                CHROMIUM.replace("UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5001")
                        .replace("a=sctp-port:5000", "a=sctpmap:5001 webrtc-datachannel 1024");
        assertThat(read(old).sctpPort()).isEqualTo(5001);
        assertThat(SdpWriter.answer(read(old), own()))
                .contains("m=application 7000 DTLS/SCTP 5000\r\n")
                .contains("a=sctpmap:5000 webrtc-datachannel 1024\r\n")
                .doesNotContain("a=sctp-port");
    }

    @Test
    void anOfferOfOursReadsBack() {
        var read = read(SdpWriter.offer(own()));
        assertThat(read.credentials()).isEqualTo(own().credentials());
        assertThat(read.fingerprint()).isEqualTo(own().fingerprint());
        assertThat(read.candidates()).isEqualTo(own().candidates());
        assertThat(read.maxMessageBytes()).isEqualTo(262_144);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a=ice-ufrag:h8Fa | a=ice-ufrag:x | ice-ufrag",
                "a=ice-pwd:c2NoZWlubmljaHRudXJzbw+/ | a=x | ice-pwd",
                "a=fingerprint:sha-256 | a=fingerprint:sha-1 | sha-256",
                "a=setup:actpass | a=setup:holdconn | send actpass",
                "a=sctp-port:5000 | a=sctp-port:0 | send 5000",
                "m=application | m=audio | create a data channel",
                "m=application 9 | m=application | m=<media>",
                "m=application 9 | m=application 0 | create a data channel",
                "a=mid:0 | a=mid:0 1 | a=mid:0 1; send a token",
                "m=application 9 | m=applicatiön 9 | m=<media>",
                "v=0 | x=0 | v=0"
            })
    void refusesWithWhatToSendInstead(String good, String bad, String hint) {
        assertThat(why(CHROMIUM.replace(good, bad))).contains(hint);
    }

    @Test
    void boundsWhatItReads() {
        assertThat(why("v=0\n" + "a=x\n".repeat(100_000))).contains("65536");
        assertThat(why("v=0\n" + "\n".repeat(10_000))).contains("lines");
        assertThat(why("v=0\n" + "m=audio 9 X 1\n".repeat(33))).contains("m= lines");
        String many = "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n".repeat(1_000);
        assertThat(read(CHROMIUM + many).candidates()).hasSizeLessThanOrEqualTo(64);
        assertThat(why("v=0\nm=\u0007" + "x".repeat(500) + "\n"))
                .hasSizeLessThan(200)
                .doesNotContain("\u0007");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1 1 udp 5 host.example 9 typ host",
                "1 1 udp 5 1.2.3.4 0 typ host",
                "1 1 udp 5 1.2.3.4 65536 typ host",
                "1 1 udp -5 1.2.3.4 9 typ host",
                "1 1 udp 5 1.2.3.4 9 typ nonsense",
                "1 2 udp 5 1.2.3.4 9 typ host",
                "1 1 tcp 5 1.2.3.4 9 typ host",
                "1 1 udp 5 1.2.3.4 9",
                ""
            })
    void leavesOutCandidatesItCannotUse(String candidate) {
        assertThat(IceCandidate.parse(candidate)).isEmpty();
    }

    @Test
    void readsLateCandidates() {
        var fragment =
                ((TrickleFragment.Reading.Read)
                                TrickleFragment.read(
                                        """
                                        a=ice-ufrag:h8Fa
                                        a=ice-pwd:c2NoZWlubmljaHRudXJzbw+/
                                        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
                                        a=mid:0
                                        a=candidate:3 1 udp 2113937151 192.0.2.9 9999 typ host
                                        a=end-of-candidates
                                        """))
                        .fragment();
        assertThat(fragment.ufrag()).isEqualTo("h8Fa");
        assertThat(fragment.candidates()).hasSize(1);
        assertThat(fragment.complete()).isTrue();
        assertThat(TrickleFragment.read("a=mid:0\n"))
                .isInstanceOf(TrickleFragment.Reading.Refused.class);
        assertThat(TrickleFragment.read("a=candidate:x\n".repeat(100)))
                .isInstanceOf(TrickleFragment.Reading.Refused.class);
    }
}
