package otherworld.webrtc.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** RFC 5769's test vectors (short-term credentials), and what we write read back. */
class StunTest {
    private static final StunKey RFC_KEY = new StunKey("VOkJxbRl1RmTxUk/WvJxBt");
    private static final byte[] RFC_ID = hex("b7e7a701bc34d686fa87dfae");

    /** Section 2.1. */
    static final byte[] REQUEST =
            hex(
                    "000100582112a442b7e7a701bc34d686fa87dfae"
                            + "802200105354554e207465737420636c69656e74"
                            + "002400046e0001ff"
                            + "80290008932ff9b151263b36"
                            + "000600096576746a3a68367659202020"
                            + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
                            + "80280004e57a3bcf");

    /** Section 2.2. */
    static final byte[] RESPONSE_IPV4 =
            hex(
                    "0101003c2112a442b7e7a701bc34d686fa87dfae"
                            + "8022000b7465737420766563746f7220"
                            + "002000080001a147e112a643"
                            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
                            + "80280004c07d4c96");

    /** Section 2.3. */
    static final byte[] RESPONSE_IPV6 =
            hex(
                    "010100482112a442b7e7a701bc34d686fa87dfae"
                            + "8022000b7465737420766563746f7220"
                            + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
                            + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
                            + "80280004c8fb0b4c");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static StunInput read(byte[] message) {
        return StunReader.read(message, 0, message.length);
    }

    @Test
    void readsTheRequestOfRfc5769() {
        assertThat(StunReader.isStun(REQUEST, 0, REQUEST.length)).isTrue();
        assertThat(StunReader.isCheck(REQUEST, 0)).isTrue();
        assertThat(StunReader.receiverUfrag(REQUEST, 0, REQUEST.length)).isEqualTo("evtj");
        var check = (StunInput.Check) read(REQUEST);
        assertThat(check.transactionId()).isEqualTo(RFC_ID);
        assertThat(check.username()).isEqualTo("evtj:h6vY");
        assertThat(check.role()).isEqualTo(StunInput.ClaimedRole.CONTROLLED);
        assertThat(check.tieBreaker()).isEqualTo(0x932ff9b151263b36L);
        assertThat(check.useCandidate()).isFalse();
        assertThat(check.unknownRequired()).isZero();
        assertThat(check.signature().by(RFC_KEY)).isTrue();
        assertThat(check.signature().by(new StunKey("VOkJxbRl1RmTxUk/WvJxBu"))).isFalse();
    }

    @Test
    void readsTheResponsesOfRfc5769() throws Exception {
        var four = (StunInput.Success) read(RESPONSE_IPV4);
        assertThat(four.mapped())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 32853));
        assertThat(four.signature().by(RFC_KEY)).isTrue();
        var six = (StunInput.Success) read(RESPONSE_IPV6);
        assertThat(six.mapped())
                .isEqualTo(
                        new InetSocketAddress(
                                InetAddress.ofLiteral("2001:db8:1234:5678:11:2233:4455:6677"),
                                32853));
        assertThat(six.signature().by(RFC_KEY)).isTrue();
    }

    @Test
    void everyFlippedBitIsNoticed() {
        for (int bit = 0; bit < REQUEST.length * 8; bit++) {
            byte[] damaged = REQUEST.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            boolean believed =
                    read(damaged) instanceof StunInput.Check check && check.signature().by(RFC_KEY);
            assertThat(believed).as("bit %d", bit).isFalse();
        }
    }

    @Test
    void wantsIntegrityAndFingerprint() {
        byte[] bare = hex("000100002112a442b7e7a701bc34d686fa87dfae");
        assertThat(read(bare)).isInstanceOf(StunInput.Malformed.class);
        assertThat(StunReader.receiverUfrag(bare, 0, bare.length)).isEmpty();
        // The request without its FINGERPRINT, its length adjusted
        byte[] unmarked = java.util.Arrays.copyOf(REQUEST, REQUEST.length - 8);
        unmarked[3] = (byte) (unmarked[3] - 8);
        assertThat(StunReader.isStun(unmarked, 0, unmarked.length)).isTrue();
        assertThat(read(unmarked)).isInstanceOf(StunInput.Malformed.class);
    }

    @Test
    void readsBackWhatItWrites() throws Exception {
        var key = new StunKey("0123456789012345678901");
        byte[] id = new byte[12];
        new Random(7).nextBytes(id);
        byte[] check = StunWriter.check(id, "abcdefgh:wxyz", 1_845_501_695L, 42, true, key);
        var read = (StunInput.Check) read(check);
        assertThat(read.transactionId()).isEqualTo(id);
        assertThat(read.username()).isEqualTo("abcdefgh:wxyz");
        assertThat(read.role()).isEqualTo(StunInput.ClaimedRole.CONTROLLING);
        assertThat(read.tieBreaker()).isEqualTo(42);
        assertThat(read.useCandidate()).isTrue();
        assertThat(read.bytes()).isEqualTo(check.length);
        assertThat(read.signature().by(key)).isTrue();

        for (String literal : new String[] {"127.0.0.1", "::1"}) {
            var sender = new InetSocketAddress(InetAddress.ofLiteral(literal), 5555);
            byte[] answer = StunWriter.success(id, sender, key);
            assertThat(answer.length).isLessThanOrEqualTo(check.length);
            var success = (StunInput.Success) read(answer);
            assertThat(success.mapped()).isEqualTo(sender);
            assertThat(success.signature().by(key)).isTrue();
        }
        assertThat(read(StunWriter.roleConflict(id, key)))
                .isInstanceOfSatisfying(
                        StunInput.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo(487));
        assertThat(read(StunWriter.unknownAttribute(id, 0x7777, key)))
                .isInstanceOfSatisfying(
                        StunInput.Failure.class,
                        failure -> assertThat(failure.code()).isEqualTo(420));
    }

    @Test
    void noLengthFieldMakesItReadOutOfBounds() {
        for (int seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            byte[] damaged = (seed % 2 == 0 ? REQUEST : RESPONSE_IPV6).clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[20 + random.nextInt(damaged.length - 20)] = (byte) random.nextInt();
            }
            read(damaged); // an exception fails the test
            StunReader.receiverUfrag(damaged, 0, damaged.length);
        }
    }
}
