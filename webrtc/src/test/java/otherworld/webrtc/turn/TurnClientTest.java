package otherworld.webrtc.turn;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.turn.TurnClient.Event;

/** The client's timers and what it makes of refusals, against answers written by hand. */
class TurnClientTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ALLOCATE = 0x003;
    private static final int REFRESH = 0x004;
    private static final int BIND = 0x009;
    private static final int SUCCESS = 0x100;
    private static final int ERROR = 0x110;
    private static final int USERNAME = 0x06;
    private static final int INTEGRITY = 0x08;
    private static final int CODE = 0x09;
    private static final int LIFETIME = 0x0d;
    private static final int REALM = 0x14;
    private static final int NONCE = 0x15;
    private static final int RELAYED = 0x16;
    private static final byte[] RELAYED_AT = {
        0,
        1,
        (byte) (40_000 >> 8 ^ 0x21),
        (byte) (40_000 ^ 0x12),
        (byte) (10 ^ 0x21),
        0x12,
        (byte) 0xa4,
        (byte) (9 ^ 0x42)
    }; // 10.0.0.9:40000
    private static final InetSocketAddress PEER = address(10, 1);

    private final List<byte[]> sent = new ArrayList<>();
    private final TurnClient client =
            new TurnClient(
                    new TurnServer(address(1, 3_478), "9:ada", "password"), new Random(7), 0);

    private static InetSocketAddress address(int last, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), port);
    }

    @Test
    void asksAgainWithRealmAndNonceThenBindsAndRenewsBoth() {
        allocate(0);
        client.bind(PEER, SECOND);
        byte[] bind = next(SECOND);
        assertThat(type(bind)).isEqualTo(BIND);
        assertThat(answer(bind, SUCCESS, Map.of(), true, SECOND))
                .isEqualTo(new Event.Bound(PEER, 0x4000));
        byte[] data = TurnClient.wrapped(0x4000, new byte[] {9, 1, 2, 3}, 1, 3);
        assertThat(data).containsExactly(0x40, 0, 0, 3, 1, 2, 3);
        assertThat(client.received(data, data.length, SECOND))
                .isEqualTo(new Event.Data(PEER, 4, 3));

        // The permission lasts five minutes, the allocation ten.
        assertThat(client.nextTimerNs()).isEqualTo(241 * SECOND);
        byte[] again = next(241 * SECOND);
        assertThat(type(again)).isEqualTo(BIND);
        answer(again, SUCCESS, Map.of(), true, 241 * SECOND);
        assertThat(client.nextTimerNs()).isEqualTo(300 * SECOND);
        byte[] refresh = next(300 * SECOND);
        assertThat(type(refresh)).isEqualTo(REFRESH);
        answer(refresh, SUCCESS, Map.of(LIFETIME, number(600)), true, 300 * SECOND);
        assertThat(client.failure()).isEmpty();

        sent.clear();
        client.close(sent::add);
        assertThat(attributes(sent.getFirst()).get(LIFETIME)).containsExactly(0, 0, 0, 0);
    }

    @Test
    void aStaleNonceIsExchanged() {
        allocate(0);
        client.bind(PEER, 0);
        byte[] bind = next(0);
        answer(bind, ERROR, Map.of(CODE, code(438), NONCE, text("second")), false, 0);
        byte[] again = next(0);
        assertThat(attributes(again).get(NONCE)).isEqualTo(text("second"));
        assertThat(answer(again, SUCCESS, Map.of(), true, 0)).isInstanceOf(Event.Bound.class);
    }

    @Test
    void aServerThatAlwaysAsksAgainIsGivenUp() {
        byte[] request = next(0);
        for (int i = 0; i < 20 && client.failure().isEmpty(); i++) {
            answer(request, ERROR, challenge(i == 0 ? 401 : 438), false, 0);
            if (client.failure().isEmpty()) {
                request = next(0);
            }
        }
        assertThat(client.failure()).get().asString().contains("answered 438 to ALLOCATE");
        assertThat(client.nextTimerNs()).isEqualTo(Long.MAX_VALUE);
    }

    /** A server that was slow has the first request twice; both answers come before the next. */
    @Test
    void theSameChallengeTwiceIsOne() {
        byte[] request = next(0);
        assertThat(next(SECOND / 5)).isEqualTo(request);
        answer(request, ERROR, challenge(401), false, SECOND / 5);
        answer(request, ERROR, challenge(401), false, SECOND / 5);
        assertThat(client.failure()).isEmpty();
        assertThat(attributes(next(SECOND / 5))).containsKey(USERNAME);
    }

    @Test
    void wrongCredentialsAreSaidOnce() {
        byte[] request = next(0);
        answer(request, ERROR, challenge(401), false, 0);
        answer(next(0), ERROR, challenge(401), false, 0);
        assertThat(client.failure()).get().asString().contains("answered 401 to ALLOCATE");
    }

    @Test
    void whatNobodySignedIsNotBelieved() {
        byte[] request = next(0);
        answer(request, ERROR, challenge(401), false, 0);
        byte[] signed = next(0);
        Map<Integer, byte[]> granted = Map.of(RELAYED, RELAYED_AT, LIFETIME, number(600));
        assertThat(answer(signed, SUCCESS, granted, false, 0)).isEqualTo(new Event.Nothing());
        client.bind(PEER, 0);
        sent.clear();
        client.advance(0, sent::add);
        assertThat(sent).as("nothing was allocated").isEmpty();
    }

    @Test
    void aServerThatIsSilentIsAskedSevenTimesAndThenFailed() {
        for (long now = client.nextTimerNs(); now != Long.MAX_VALUE; now = client.nextTimerNs()) {
            client.advance(now, sent::add);
        }
        assertThat(sent).hasSize(7);
        assertThat(client.failure()).get().asString().contains("does not answer to ALLOCATE");
    }

    /** Others may still do: the address is there. */
    @Test
    void aPeerThatIsDeniedIsNoFailure() {
        allocate(0);
        client.bind(PEER, 0);
        assertThat(answer(next(0), ERROR, Map.of(CODE, code(403)), false, 0))
                .isEqualTo(new Event.Nothing());
        assertThat(client.failure()).isEmpty();
        client.bind(address(11, 1), 0);
        assertThat(type(next(0))).isEqualTo(BIND);
    }

    /** Whatever a server sends, nothing is thrown. */
    @Test
    void arraysOfAnyKindAreTaken() {
        Random random = new Random(11);
        byte[] request = next(0);
        byte[] good = message(request, ERROR, challenge(401), false);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = good.clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            client.received(bytes, random.nextInt(bytes.length + 1), 0);
            client.received(bytes, bytes.length, 0);
        }
    }

    private void allocate(long nowNs) {
        byte[] first = next(nowNs);
        assertThat(type(first)).isEqualTo(ALLOCATE);
        assertThat(attributes(first)).doesNotContainKeys(USERNAME, INTEGRITY);
        answer(first, ERROR, challenge(401), false, nowNs);
        byte[] signed = next(nowNs);
        assertThat(attributes(signed))
                .containsEntry(USERNAME, text("9:ada"))
                .containsEntry(REALM, text("realm"))
                .containsEntry(NONCE, text("first"));
        assertThat(
                        answer(
                                signed,
                                SUCCESS,
                                Map.of(RELAYED, RELAYED_AT, LIFETIME, number(600)),
                                true,
                                nowNs))
                .isEqualTo(new Event.Allocated(address(9, 40_000)));
    }

    private byte[] next(long nowNs) {
        sent.clear();
        client.advance(nowNs, sent::add);
        assertThat(sent).hasSize(1);
        return sent.getFirst();
    }

    private Event answer(
            byte[] request, int kind, Map<Integer, byte[]> attributes, boolean signed, long nowNs) {
        byte[] answer = message(request, kind, attributes, signed);
        return client.received(answer, answer.length, nowNs);
    }

    private static Map<Integer, byte[]> challenge(int code) {
        return Map.of(CODE, code(code), REALM, text("realm"), NONCE, text("first"));
    }

    private static byte[] code(int code) {
        return new byte[] {0, 0, (byte) (code / 100), (byte) (code % 100)};
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int type(byte[] message) {
        return message[0] << 8 | message[1];
    }

    private static byte[] message(
            byte[] request, int kind, Map<Integer, byte[]> attributes, boolean signed) {
        ByteBuffer out = ByteBuffer.allocate(512);
        out.putShort((short) (type(request) | kind)).putShort((short) 0);
        out.put(request, 4, 16);
        attributes.forEach((type, value) -> put(out, type, value));
        if (signed) {
            out.putShort(2, (short) (out.position() - 20 + 24));
            put(out, INTEGRITY, hmac(out.array(), out.position()));
        }
        out.putShort(2, (short) (out.position() - 20));
        return Arrays.copyOf(out.array(), out.position());
    }

    private static byte[] hmac(byte[] message, int end) {
        try {
            byte[] key = MessageDigest.getInstance("MD5").digest(text("9:ada:realm:password"));
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(key, "HmacSHA1"));
            mac.update(message, 0, end);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void put(ByteBuffer out, int type, byte[] value) {
        out.putShort((short) type).putShort((short) value.length).put(value);
        out.put(new byte[-value.length & 3]);
    }

    private static Map<Integer, byte[]> attributes(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).position(20);
        Map<Integer, byte[]> attributes = new HashMap<>();
        while (in.remaining() >= 4) {
            int type = in.getShort();
            byte[] value = new byte[in.getShort()];
            in.get(value);
            in.position(in.position() + (-value.length & 3));
            attributes.put(type, value);
        }
        return attributes;
    }
}
