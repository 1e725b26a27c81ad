package otherworld.webrtc.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.ice4j.attribute.FingerprintAttribute;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.Fuzz;
import otherworld.webrtc.ice.ControllingSession;
import otherworld.webrtc.ice.IceCandidate;
import otherworld.webrtc.ice.IceCredentials;
import otherworld.webrtc.ice.LiteSession;
import otherworld.webrtc.ice.Path;

/**
 * Malformed STUN, often with a right FINGERPRINT and a right signature so that it gets past the
 * first checks: no exception, no answer longer than the question, nothing believed unsigned.
 */
class StunFuzzTest {
    private static final IceCredentials SERVER =
            new IceCredentials("server", "serverPasswordOf22OrMore");
    private static final IceCredentials CLIENT =
            new IceCredentials("client", "clientPasswordOf22OrMore");
    private static final String NAME = "server:client";
    private static final byte[] ID = new byte[12];

    private static final List<byte[]> CORPUS =
            List.of(
                    StunTest.REQUEST,
                    StunTest.RESPONSE_IPV4,
                    StunTest.RESPONSE_IPV6,
                    StunWriter.check(ID, NAME, 100, 1, true, SERVER.key()),
                    StunWriter.check(ID, NAME, 100, 1, false, SERVER.key()),
                    StunWriter.success(ID, address("192.0.2.1"), SERVER.key()),
                    StunWriter.success(ID, address("2001:db8::1"), SERVER.key()),
                    StunWriter.roleConflict(ID, SERVER.key()),
                    StunWriter.unknownAttribute(ID, 0x7777, SERVER.key()));

    private final LiteSession lite = new LiteSession(SERVER, "client", 1_000, 0);
    private final ControllingSession controlling =
            new ControllingSession(
                    CLIENT,
                    SERVER,
                    List.of(IceCandidate.host(address("192.0.2.1"), 0)),
                    1_000_000,
                    new Random(1),
                    0);

    private static InetSocketAddress address(String literal) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), 4_000);
    }

    @Test
    void whateverStrangersSendIsReadOrRefused() throws Exception {
        Fuzz.run("stun", 12, this::round);
        assertThat(lite.paths()).hasSizeLessThanOrEqualTo(LiteSession.MAX_PATHS);
    }

    private long round(Random random) throws Exception {
        for (int i = 0; i < 1_000; i++) {
            byte[] message = message(random);
            // As the loop has it: somewhere in a buffer that holds more.
            int offset = random.nextInt(3) * 100;
            byte[] buffer = new byte[message.length + 200];
            random.nextBytes(buffer);
            System.arraycopy(message, 0, buffer, offset, message.length);
            receive(buffer, offset, message.length, i);
        }
        return 1_000;
    }

    private void receive(byte[] buffer, int offset, int length, int round) {
        if (StunReader.isStun(buffer, offset, length)) {
            StunReader.isCheck(buffer, offset);
            assertThat(StunReader.receiverUfrag(buffer, offset, length)).hasSizeLessThan(600);
        }
        switch (StunReader.read(buffer, offset, length)) {
            case StunInput.Check check -> check(check, length, round);
            case StunInput.Success success -> {
                assertThat(success.mapped()).isNotNull();
                controlling.success(success, round);
            }
            case StunInput.Failure failure -> assertThat(failure.code()).isBetween(300, 699);
            case StunInput.KeepAlive _, StunInput.Malformed _ -> {}
        }
    }

    private void check(StunInput.Check check, int length, int round) {
        assertThat(check.bytes()).isEqualTo(length);
        var path = new Path(0, new InetSocketAddress(address("192.0.2.9").getAddress(), 1 + round));
        boolean authentic = check.signature().by(SERVER.key());
        switch (lite.check(check, path, round)) {
            case LiteSession.Outcome.Valid valid -> {
                assertThat(authentic).isTrue();
                assertThat(check.username()).isEqualTo(NAME);
                assertThat(valid.response().length).isLessThanOrEqualTo(length);
            }
            case LiteSession.Outcome.Refused(byte[] response) -> {
                assertThat(authentic).isTrue();
                assertThat(response.length).isLessThanOrEqualTo(length);
            }
            case LiteSession.Outcome.Discarded _ -> {}
        }
    }

    private static byte[] message(Random random) throws Exception {
        byte[] base = CORPUS.get(random.nextInt(CORPUS.size()));
        return switch (random.nextInt(4)) {
            case 0 -> Fuzz.mutate(base, CORPUS, random);
            case 1 -> lengthSet(Fuzz.mutate(base, CORPUS, random));
            case 2 -> sealed(attributes(base, random), random);
            default -> sealed(bodyOf(Fuzz.mutate(base, CORPUS, random)), random);
        };
    }

    private static byte[] lengthSet(byte[] message) {
        byte[] padded = Arrays.copyOf(message, (message.length + 3) & ~3);
        if (padded.length >= 20) {
            padded[2] = (byte) ((padded.length - 20) >> 8);
            padded[3] = (byte) (padded.length - 20);
        }
        return padded;
    }

    /** Without what seals it. */
    private static byte[] bodyOf(byte[] message) {
        int end = message.length >= 52 ? message.length - 32 : Math.max(20, message.length);
        return lengthSet(Arrays.copyOf(message, end));
    }

    /** A header of the base's with attributes of all known types and any length. */
    private static byte[] attributes(byte[] base, Random random) {
        var out = ByteBuffer.allocate(1_200);
        out.put(base, 0, 20);
        boolean named = random.nextInt(4) > 0;
        if (named) {
            attribute(out, 0x0006, NAME.getBytes(StandardCharsets.US_ASCII));
        }
        for (int n = random.nextInt(6); n > 0; n--) {
            int type = (random.nextBoolean() ? 0 : 0x8000) + random.nextInt(0x40);
            byte[] value = new byte[random.nextInt(random.nextInt(10) == 0 ? 150 : 24)];
            random.nextBytes(value);
            if (value.length > 1 && random.nextBoolean()) {
                value[0] = 0;
                value[1] = (byte) (1 + random.nextInt(2)); // a family
            }
            attribute(out, type, value);
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void attribute(ByteBuffer out, int type, byte[] value) {
        out.putShort((short) type).putShort((short) value.length).put(value);
        out.position((out.position() + 3) & ~3);
    }

    /** With MESSAGE-INTEGRITY, sometimes the right one, and a right FINGERPRINT. */
    private static byte[] sealed(byte[] body, Random random) throws Exception {
        byte[] message = Arrays.copyOf(body, body.length + 32);
        var out = ByteBuffer.wrap(message);
        out.putShort(2, (short) (body.length + 4));
        var mac = Mac.getInstance("HmacSHA1");
        String password = random.nextInt(4) == 0 ? CLIENT.password() : SERVER.password();
        mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.US_ASCII), "HmacSHA1"));
        mac.update(message, 0, body.length);
        out.position(body.length);
        attribute(out, 0x0008, mac.doFinal());
        out.putShort(2, (short) (body.length + 12));
        attribute(
                out, 0x8028, FingerprintAttribute.calculateXorCRC32(message, 0, body.length + 24));
        return message;
    }
}
