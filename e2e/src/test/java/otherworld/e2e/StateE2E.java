package otherworld.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.local.process.Endings;

/** What {@code up} makes of a state folder that is not whole, and of being interrupted. */
@Tag("heavy")
class StateE2E {
    private static final Duration UP = Duration.ofMinutes(4);

    @Test
    void stateSurvivesLostKeysAndLostStateIsRefused() throws Exception {
        try (Otherworld otherworld = Otherworld.fresh()) {
            otherworld.run(UP, "up").expectSuccess();
            String world = uid(otherworld);
            otherworld
                    .run(Duration.ofMinutes(2), "bots", "5", "--seconds", "20", "--world", "plaza")
                    .expectSuccess();
            otherworld.run(UP, "down").expectSuccess();
            Path home = otherworld.home();

            Files.delete(home.resolve("secrets/database-password"));
            Files.delete(home.resolve("secrets/ticket-keys.json"));
            Files.writeString(home.resolve("secrets/redis-password"), "");
            Files.writeString(home.resolve("data/kube/pki/apiserver.key"), "garbage");
            Files.delete(home.resolve("data/kube/users/operator.token"));
            Files.writeString(home.resolve("ports.properties"), "garbage");
            String told = otherworld.run(UP, "up").expectSuccess().output();
            assertThat(told)
                    .contains("database-password is missing")
                    .contains("the data is as it was")
                    .contains("ticket-keys.json is missing")
                    .contains("redis-password cannot be used")
                    .contains("apiserver.key")
                    .contains("operator.token is missing")
                    .contains("ports.properties cannot be used");
            assertThat(uid(otherworld)).isEqualTo(world);
            assertThat(loaded(otherworld)).isPositive();
            otherworld.run(UP, "down").expectSuccess();

            Path wal = home.resolve("data/kube/etcd/member/wal");
            Path kept = home.resolveSibling("wal-kept");
            Files.move(wal, kept);
            Otherworld.Result refused = otherworld.run(UP, "up");
            assertThat(refused.status()).isNotZero();
            assertThat(refused.output())
                    .contains("member/wal has no log")
                    .contains("up --anew etcd")
                    .contains("down --purge");
            Files.move(kept, wal);
            Path db = home.resolve("data/kube/etcd/member/snap/db");
            byte[] whole = Files.readAllBytes(db);
            Files.write(db, Arrays.copyOf(whole, 3_000));
            Otherworld.Result damaged = otherworld.run(UP, "up");
            assertThat(damaged.status()).isNotZero();
            assertThat(damaged.output())
                    .contains("etcd does not answer", "log/etcd.log ends with")
                    .contains("up --anew etcd")
                    .contains("down --purge");
            Files.write(db, whole);
            otherworld.run(UP, "up").expectSuccess();
            assertThat(uid(otherworld)).isEqualTo(world);
        }
    }

    @Test
    void anInterruptedUpTakesWhatItBeganWithItAndASecondOneTakesNothing() throws Exception {
        try (Otherworld otherworld = Otherworld.fresh();
                Otherworld.Running first = otherworld.start("up")) {
            await().atMost(UP).until(() -> first.output().contains("etcd answers"));
            try (Otherworld.Running second = otherworld.start("up")) {
                await().atMost(UP).until(() -> second.output().contains("Another up"));
                second.terminate();
                assertThat(second.await(UP).output()).doesNotContain("stopped");
            }
            assertThat(otherworld.run(UP, "status").status()).isZero();
            first.terminate();
            assertThat(first.await(UP).output()).contains("everything it had started is stopped");
            assertThat(otherworld.run(UP, "status").status()).isEqualTo(3);
            assertThat(otherworld.home().resolve("run/connections.env")).doesNotExist();
        }
    }

    /**
     * The supervisor's word is lost while it lives, and then it and its guardian: nothing is
     * deleted under a cluster that runs, and the next one finds nothing in its way.
     */
    @Test
    void whatTheSupervisorSaidOrItselfIsLostAndTheNextUpIsWhole() throws Exception {
        try (Otherworld otherworld = Otherworld.fresh()) {
            otherworld.run(UP, "up").expectSuccess();
            String world = uid(otherworld);
            Path state = otherworld.home().resolve("run/state.json");
            long supervisor = supervisor(state);
            Files.writeString(state, "{\"supervisor\": null}");
            assertThat(otherworld.run(UP, "down").expectSuccess().output()).contains("Stopped.");
            assertThat(ProcessHandle.of(supervisor).filter(Endings::isRunning)).isEmpty();

            otherworld.run(UP, "up").expectSuccess();
            long second = supervisor(state);
            Files.delete(state);
            await().atMost(UP)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(supervisor(state)).isEqualTo(second));
            ProcessHandle handle = ProcessHandle.of(second).orElseThrow();
            List<ProcessHandle> family = handle.descendants().toList();
            family.stream()
                    .filter(process -> process.info().command().orElse("").endsWith("bash"))
                    .forEach(ProcessHandle::destroyForcibly);
            handle.destroyForcibly();
            assertThat(family).as("who is left alone").anyMatch(Endings::isRunning);
            otherworld.run(UP, "up").expectSuccess();
            assertThat(uid(otherworld)).isEqualTo(world);
            assertThat(family).noneMatch(Endings::isRunning);
        }
    }

    private static long supervisor(Path state) throws IOException {
        return Otherworld.JSON.readTree(Files.readString(state)).at("/supervisor/pid").longValue();
    }

    private static String uid(Otherworld otherworld) throws Exception {
        JsonNode world = otherworld.kubectlJson("get", "world", "plaza");
        return world.at("/metadata/uid").asText();
    }

    /** How many props the host found when it came. */
    private static int loaded(Otherworld otherworld) throws Exception {
        return otherworld
                .run(Duration.ofMinutes(1), "kubectl", "logs", pod(otherworld))
                .expectSuccess()
                .output()
                .lines()
                .filter(line -> line.contains(" entities and "))
                .mapToInt(line -> Integer.parseInt(line.replaceAll(".*: (\\d+) entities.*", "$1")))
                .findFirst()
                .orElseThrow();
    }

    private static String pod(Otherworld otherworld) throws Exception {
        return otherworld
                .kubectlJson("get", "pods", "-l", "otherworld.dev/world=plaza")
                .at("/items/0/metadata/name")
                .asText();
    }
}
