package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.local.process.Build;
import otherworld.local.redis.RedisServer;
import otherworld.ops.ExitCode;

/** Strangers without a token who want a matchmaker's connections, memory, files or ports. */
@Tag("heavy")
class MatchmakerFloodIT {
    private static final Duration LONG = Duration.ofSeconds(40);

    private final MatchmakerFixture f = new MatchmakerFixture(RedisServer.shared().url());
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (Process process : processes) {
            process.destroyForcibly().waitFor();
        }
        f.close();
    }

    @Test
    void silenceAndHalfRequestsOfThousandsKeepNoPlayerOut() throws Exception {
        ListeningPorts ports = ListeningPorts.of(spawn("exec", Map.of()));
        List<Socket> strangers = new ArrayList<>();
        try (TestClient player = new TestClient(ports.http(), ports.management());
                TestOperator operator = new TestOperator(ports.grpc(), TestOperator.SECRET)) {
            operator.snapshot(f.fleet(1, 100));
            f.beat(1, 100);
            awaitSeat(player, "ann");
            int limit = (int) metric(player, "otherworld_matchmaker_http_connections_limit");
            assertThat(limit).as("of a heap of 64 MiB").isLessThanOrEqualTo(1024);
            for (int i = 0; i < 3 * limit; i++) {
                strangers.add(stranger(ports.http(), i));
                if (i < 200) {
                    strangers.add(stranger(ports.grpc(), 0));
                }
                if (i % 500 == 0) {
                    assertThat(seat(player, "ann" + i)).as("on a kept connection").isEqualTo(200);
                    assertThat(player.get("/healthz", null).status()).isEqualTo(200);
                }
            }
            try (TestClient other = new TestClient(ports.http(), ports.management())) {
                assertThat(seat(other, "bob")).as("on a new connection").isEqualTo(200);
            }
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> metric(player, "otherworld_matchmaker_http_connections") < 10);
            assertThat(seat(player, "cy")).isEqualTo(200);
            assertThat(
                            metric(
                                    player,
                                    "otherworld_matchmaker_http_connections_ended_total{reason=\"limit_per_address\"}"))
                    .isPositive();
            assertThat(
                            metric(
                                    player,
                                    "otherworld_matchmaker_http_connections_ended_total{reason=\"slow_request\"}"))
                    .isPositive();
            assertThat(metric(player, "otherworld_matchmaker_grpc_connections_refused_total"))
                    .isPositive();
            assertThat(operator.ended).as("the operator's stream").isNull();
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    /** The listener goes on when there are no more files, and has kept some for itself. */
    @Test
    void fewFilesAreEnough() throws Exception {
        ListeningPorts ports = ListeningPorts.of(spawn("ulimit -n 200; exec", Map.of()));
        List<Socket> strangers = new ArrayList<>();
        try (TestClient player = new TestClient(ports.http(), ports.management())) {
            for (int i = 0; i < 400; i++) {
                strangers.add(stranger(ports.http(), 0));
            }
            assertThat(player.get("/v1/keys", null).status()).isEqualTo(200);
            assertThat(player.get("/healthz", null).status()).isEqualTo(200);
            for (Socket stranger : strangers) {
                stranger.close();
            }
            Awaitility.await()
                    .atMost(LONG)
                    .until(() -> player.get("/v1/keys", null).status() == 200);
        }
    }

    @Test
    void aTakenPortEndsTheProcessAndNamesItsSetting() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (String setting :
                    List.of(
                            "OTHERWORLD_HTTP_PORT",
                            "OTHERWORLD_GRPC_PORT",
                            "OTHERWORLD_MANAGEMENT_PORT")) {
                Process process =
                        spawn("exec", Map.of(setting, Integer.toString(taken.getLocalPort())));
                String said =
                        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(said).isEqualTo(ExitCode.PORT_TAKEN);
                assertThat(said)
                        .contains("127.0.0.1:" + taken.getLocalPort(), setting)
                        .doesNotContain("Listening:");
            }
        }
    }

    private static Socket stranger(int port, int kind) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            switch (kind % 3) {
                case 1 ->
                        write(
                                socket,
                                "PUT /v1/worlds HTTP/1.1\r\nHost: x\r\nA: " + "a".repeat(900));
                case 2 ->
                        write(
                                socket,
                                "PUT /v1/worlds HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\n"
                                        + "x".repeat(3_000));
                default -> {}
            }
        } catch (IOException e) {
            return socket; // it was displaced already
        }
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private int seat(TestClient client, String player) {
        return client.put(f.seatPath(UUID.randomUUID().toString()), f.issuer.token(player), "")
                .status();
    }

    private void awaitSeat(TestClient client, String player) {
        Awaitility.await().atMost(LONG).until(() -> seat(client, player) == 200);
    }

    private static double metric(TestClient client, String name) {
        return client.get("/metrics", null)
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private Process spawn(String shell, Map<String, String> more) throws IOException {
        List<String> java =
                Build.ofThisCheckout()
                        .java(
                                "matchmaker",
                                Main.class.getName(),
                                List.of(
                                        "-Xmx64m",
                                        "-XX:-MaxFDLimit",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1",
                                        "-XX:+ExitOnOutOfMemoryError"));
        List<String> command = new ArrayList<>(List.of("sh", "-c", shell + " \"$@\"", "sh"));
        command.addAll(java);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(f.environment());
        builder.environment().putAll(more);
        Process process = builder.start();
        processes.add(process);
        return process;
    }
}
