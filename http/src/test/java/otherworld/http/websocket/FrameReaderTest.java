package otherworld.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The cases that WebSocket test suites have for frames (lengths, pings, reserved bits and opcodes,
 * fragments, closes), cut into pieces in every way: what is told must not depend on it.
 */
class FrameReaderTest {
    private static final int MOST = 300;

    private static final class Told implements FrameReader.Sink {
        final List<String> all = new ArrayList<>();
        boolean waits;

        @Override
        public boolean message(byte[] buffer, int offset, int length) {
            all.add("message " + text(buffer, offset, length));
            return !waits;
        }

        @Override
        public void ping(byte[] buffer, int offset, int length) {
            all.add("ping " + text(buffer, offset, length));
        }

        @Override
        public void idle() {
            all.add("idle");
        }

        @Override
        public void closed(int code) {
            all.add("closed " + code);
        }

        @Override
        public void failed(CloseCode code, String why) {
            all.add("failed " + code.number());
        }

        private static String text(byte[] buffer, int offset, int length) {
            return length > 20
                    ? length + " bytes"
                    : new String(buffer, offset, length, StandardCharsets.ISO_8859_1);
        }
    }

    static Stream<Arguments> cases() {
        String nul = "00".repeat(4); // a mask that changes nothing
        String long125 = "61".repeat(125);
        return Stream.of(
                // Messages, by length and its encoding
                of("8280" + nul, "message "),
                of("8282" + nul + "6162", "message ab"),
                of("8282" + "01020304" + "6060", "message ab"),
                of("82fd" + nul + long125, "message 125 bytes"),
                of("82fe007e" + nul + "61".repeat(126), "message 126 bytes"),
                of("82fe012c" + nul + "61".repeat(MOST), "message 300 bytes"),
                of("82fe012d" + nul + "61".repeat(MOST + 1), "failed 1009"),
                of("82ff0000000000010000" + nul, "failed 1009"),
                of("82ff7fffffffffffffff" + nul, "failed 1009"),
                of("82ff8000000000000000" + nul, "failed 1002"),
                of("82fe007d" + nul + long125, "failed 1002"),
                of("82ff000000000000007e" + nul + "61".repeat(126), "failed 1002"),
                of("8102" + "6162", "failed 1003"),
                of("8202" + "6162", "failed 1002"),
                of("8182" + nul + "6162", "failed 1003"),
                of("0182" + nul + "6162", "failed 1003"),
                // Pings and pongs
                of("8980" + nul, "ping "),
                of("8982" + nul + "6162", "ping ab"),
                of("89fd" + nul + long125, "ping 125 bytes"),
                of("89fe007e" + nul + "61".repeat(126), "failed 1002"),
                of(
                        "8a80" + nul + "8a81" + nul + "61" + "8281" + nul + "62",
                        "idle, idle, message b"),
                of("0980" + nul, "failed 1002"),
                of("8900", "failed 1002"),
                // Reserved bits and opcodes
                of("c281" + nul + "61", "failed 1002"),
                of("a281" + nul + "61", "failed 1002"),
                of("9281" + nul + "61", "failed 1002"),
                of("d980" + nul, "failed 1002"),
                of("8380" + nul, "failed 1002"),
                of("8780" + nul, "failed 1002"),
                of("8b80" + nul, "failed 1002"),
                of("8f80" + nul, "failed 1002"),
                of(
                        "8281" + nul + "61" + "8580" + nul + "8281" + nul + "62",
                        "message a, failed 1002"),
                // Fragments
                of("0281" + nul + "61" + "8081" + nul + "62", "message ab"),
                of("0281" + nul + "61" + "0080" + nul + "8080" + nul, "idle, message a"),
                of("0280" + nul + "8080" + nul, "idle, message "),
                of(
                        "0281" + nul + "61" + "8981" + nul + "70" + "8081" + nul + "62",
                        "ping p, message ab"),
                of("8081" + nul + "61", "failed 1002"),
                of("0081" + nul + "61", "failed 1002"),
                of("0281" + nul + "61" + "8281" + nul + "62", "failed 1002"),
                of("0281" + nul + "61" + "8181" + nul + "62", "failed 1002"),
                of(
                        "0281" + nul + "61" + "8081" + nul + "62" + "8081" + nul + "63",
                        "message ab, failed 1002"),
                of("02fe012c" + nul + "61".repeat(MOST) + "8080" + nul, "message 300 bytes"),
                of("02fe012c" + nul + "61".repeat(MOST) + "8081" + nul + "61", "failed 1009"),
                // Closes
                of("8880" + nul, "closed 0"),
                of("8882" + nul + "03e8", "closed 1000"),
                of("8885" + nul + "03e9" + "627965", "closed 1001"),
                of("88fd" + nul + "0bb8" + "61".repeat(123), "closed 3000"),
                of("88fe007e" + nul + "03e8" + "61".repeat(124), "failed 1002"),
                of("8881" + nul + "03", "failed 1002"),
                of("8884" + nul + "03e8" + "c328", "failed 1007"),
                of("8885" + nul + "03e8" + "eda080", "failed 1007"),
                of("8885" + nul + "03e8" + "e282ac", "closed 1000"),
                of("8880" + nul + "8281" + nul + "61", "closed 0"),
                of("0880" + nul, "failed 1002"));
    }

    private static Arguments of(String hex, String told) {
        return Arguments.of(hex, told);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tellsTheSameHoweverItIsCut(String hex, String told) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (int piece : new int[] {bytes.length, 1, 2, 3, 7, 100}) {
            Told sink = new Told();
            FrameReader reader = new FrameReader(MOST, sink);
            for (int at = 0; at < bytes.length; at += piece) {
                ByteBuf in = Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at));
                reader.read(in);
                assertThat(in.isReadable()).isFalse();
            }
            assertThat(String.join(", ", sink.all)).as("in pieces of %d", piece).isEqualTo(told);
        }
    }

    @Test
    void closeCodesAreThoseThatMayBeSent() {
        List<Integer> may = new ArrayList<>();
        for (int code = 0; code < 1 << 16; code++) {
            Told sink = new Told();
            byte[] frame = {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, (byte) (code >> 8), (byte) code};
            new FrameReader(MOST, sink).read(Unpooled.wrappedBuffer(frame));
            if (sink.all.equals(List.of("closed " + code))) {
                may.add(code);
            } else {
                assertThat(sink.all).containsExactly("failed 1002");
            }
        }
        assertThat(may)
                .contains(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4999)
                .doesNotContain(
                        0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535);
    }

    @Test
    void whatFollowsWaitsWhileAMessageIsHandled() {
        Told sink = new Told();
        sink.waits = true;
        FrameReader reader = new FrameReader(MOST, sink);
        ByteBuf in = Unpooled.wrappedBuffer(HexFormat.of().parseHex("82810000000061".repeat(3)));
        reader.read(in);
        assertThat(sink.all).containsExactly("message a");
        assertThat(in.readableBytes()).isEqualTo(14);
        reader.read(in);
        sink.waits = false;
        reader.read(in);
        assertThat(sink.all).hasSize(3);
    }
}
