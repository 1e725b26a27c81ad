package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.process.FreePorts;
import otherworld.local.redis.RedisServer;

/** Redis behind TLS with a certificate of a private authority, which asks for ours as well. */
class RedisTlsIT {
    @TempDir private static Path folder;
    private static TestAuthority authority;
    private static RedisServer redis;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        authority = new TestAuthority(folder);
        authority.sign("server");
        authority.sign("client");
        int port = FreePorts.next();
        redis =
                RedisServer.start(
                        List.of(
                                "tls-port " + port,
                                "tls-cert-file " + authority.file("server.pem"),
                                "tls-key-file " + authority.file("server.key"),
                                "tls-ca-cert-file " + authority.file("ca.pem"),
                                "tls-auth-clients yes"));
        url = "rediss://127.0.0.1:" + port;
    }

    @AfterAll
    static void stop() {
        redis.close();
    }

    @Test
    void seatsOverTls() throws Exception {
        RedisSettings settings =
                with(
                        authority.pem("ca.pem"),
                        authority.pem("client.pem"),
                        authority.pem("client.key"));
        try (LedgerFixture f = new LedgerFixture(settings)) {
            f.policy(4, Placement.PACKED);
            f.open(0, 4);
            f.seated("r", "ann");
            f.seats.probe();
            f.seats.subscribe(_ -> {}).close();
        }
    }

    @Test
    void saysThatTheAuthorityIsNotTrusted() throws Exception {
        try (LedgerFixture f =
                new LedgerFixture(
                        with("", authority.pem("client.pem"), authority.pem("client.key")))) {
            assertThatThrownBy(f.seats::probe)
                    .isInstanceOfSatisfying(
                            LedgerUnavailable.class,
                            e -> assertThat(e.trouble()).isEqualTo(RedisTrouble.TLS))
                    .hasMessageContaining("certification path")
                    .hasMessageContaining("REDIS_CA")
                    .hasMessageNotContaining("Unable to connect");
        }
    }

    @Test
    void saysThatAnotherCertificateIsAskedFor() throws Exception {
        try (LedgerFixture f = new LedgerFixture(with(authority.pem("ca.pem"), "", ""))) {
            assertThatThrownBy(f.seats::probe)
                    .isInstanceOfSatisfying(
                            LedgerUnavailable.class,
                            e -> assertThat(e.trouble()).isEqualTo(RedisTrouble.TLS));
        }
    }

    private static RedisSettings with(String ca, String certificate, String key) {
        RedisSettings plain = RedisSettings.of(url);
        return new RedisSettings(
                plain.kind(),
                true,
                plain.hosts(),
                0,
                "",
                redis.password(),
                "",
                "",
                ca,
                certificate,
                key);
    }
}
