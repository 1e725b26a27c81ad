package otherworld.local.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class RedisServerIT {
    @Test
    void keepsAcknowledgedWritesAcrossSigkill() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            assertThat(ask(server, "SET seat 12")).isEqualTo("+OK");
            server.kill();
            assertThat(server.process().isAlive()).isFalse();
            server.restart();
            assertThat(ask(server, "STRLEN seat")).isEqualTo(":2");
            server.wipe();
            assertThat(ask(server, "STRLEN seat")).isEqualTo(":0");
        }
    }

    @Test
    void answersNothingWhilePaused() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            server.pause();
            assertThat(ask(server, "PING")).isEqualTo("(timeout)");
            server.resume();
            assertThat(ask(server, "PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void leavesNothingBehindAfterClose() {
        RedisServer server = RedisServer.start();
        server.close();
        server.close();
        assertThat(server.process().isAlive()).isFalse();
        assertThat(Files.exists(server.log())).isFalse();
    }

    private static String ask(RedisServer server, String command) throws IOException {
        String password = server.url().replaceAll("redis://:(.*)@.*", "$1");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(500);
            socket.getOutputStream()
                    .write(
                            ("AUTH " + password + "\r\n" + command + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader replies =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            replies.readLine();
            return replies.readLine();
        } catch (java.net.SocketTimeoutException e) {
            return "(timeout)";
        }
    }
}
