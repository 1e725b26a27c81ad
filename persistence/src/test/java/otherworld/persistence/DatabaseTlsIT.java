package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.base.Settings;
import otherworld.local.database.DatabaseServer;

/**
 * A database whose certificate a private authority signed, and which lets in by password or by a
 * certificate of that authority alone.
 */
@Tag("heavy")
class DatabaseTlsIT {
    private static final String PASSWORD = "changeit";

    @TempDir private static Path folder;
    private static DatabaseServer server;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        pair("ca", "-ext", "bc:c");
        pair("server", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        pair("otherworld", "-signer", "ca");
        pair("stranger", "-ext", "bc:c");
        server = DatabaseServer.start();
        url = server.jdbcUrl();
        serve("server");
    }

    /** The server has the certificate from the next connection on. */
    private static void serve(String name) throws Exception {
        try (Connection connection = direct();
                Statement statement = connection.createStatement()) {
            Path data = Path.of(value(statement, "SHOW data_directory"));
            put(statement, data.resolve("server.crt"), pem("CERTIFICATE", name));
            put(statement, data.resolve("server.key"), key(name));
            put(statement, data.resolve("ca.crt"), pem("CERTIFICATE", "ca"));
            put(
                    statement,
                    data.resolve("tls_hba.conf"),
                    """
                    hostssl byname all all cert clientcert=verify-full
                    hostssl all all all scram-sha-256
                    host all all all scram-sha-256
                    """);
            statement.execute("ALTER SYSTEM SET ssl_ca_file = 'ca.crt'");
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute(
                    "ALTER SYSTEM SET hba_file = '%s'".formatted(data.resolve("tls_hba.conf")));
        }
        server.restart();
    }

    // By the server itself, under its own account, for no one else to read.
    private static void put(Statement statement, Path file, String text) throws SQLException {
        String base64 =
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
        statement.execute(
                "COPY (SELECT 1) TO PROGRAM 'umask 077; echo %s | base64 -d > %s'"
                        .formatted(base64, file));
    }

    private static String value(Statement statement, String sql) throws SQLException {
        try (var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection direct() throws SQLException {
        return DriverManager.getConnection(url, server.user(), server.password());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void byPasswordAndByCertificateAloneEverythingWorksOverTls() throws Exception {
        String byPassword = connect(Map.of("DATABASE_CA", pem("CERTIFICATE", "ca")));
        assertThat(byPassword).doesNotContain("BEGIN");
        assertThat(Migrations.apply(byPassword, server.user(), server.password())).isPositive();
        server.createDatabase("byname");
        Map<String, String> own =
                Map.of(
                        "DATABASE_CA", pem("CERTIFICATE", "ca"),
                        "DATABASE_CERTIFICATE", pem("CERTIFICATE", "otherworld"),
                        "DATABASE_KEY", key("otherworld"));
        String byCertificate = connect(own).replace("/otherworld?", "/byname?");
        assertThat(Migrations.apply(byCertificate, "otherworld", "")).isPositive();
        try (Database database = new Database(byCertificate, "otherworld", "");
                Connection connection = database.openForLease();
                Statement statement = connection.createStatement()) {
            assertThat(
                            value(
                                    statement,
                                    "SELECT client_dn FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
                    .contains("otherworld");
        }
    }

    @Test
    void withoutACertificateNobodyIsLetInWhereOneIsAskedFor() throws Exception {
        String url = connect(Map.of("DATABASE_CA", pem("CERTIFICATE", "ca")));
        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                url.replace("/otherworld?", "/byname?"), "otherworld", ""))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void aServerOfAnotherAuthorityOrNameIsNotBelieved() throws Exception {
        String stranger = connect(Map.of("DATABASE_CA", pem("CERTIFICATE", "stranger")));
        assertThatThrownBy(() ->
                        DriverManager.getConnection(stranger, server.user(), server.password()))
                .isInstanceOf(SQLException.class);
        String byAnotherName =
                connect(Map.of("DATABASE_CA", pem("CERTIFICATE", "ca")))
                        .replace("127.0.0.1", "localhost");
        assertThatThrownBy(() ->
                        DriverManager.getConnection(
                                byAnotherName, server.user(), server.password()))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("localhost");
    }

    @Test
    void whatCannotBeUsedIsToldWithTheWayOut() throws Exception {
        String certificate = pem("CERTIFICATE", "otherworld");
        assertThat(error(Map.of("DATABASE_CERTIFICATE", certificate)))
                .contains("DATABASE_CERTIFICATE and DATABASE_KEY belong together");
        assertThat(
                        error(
                                Map.of(
                                        "DATABASE_CERTIFICATE",
                                        certificate,
                                        "DATABASE_KEY",
                                        "-----BEGIN RSA PRIVATE KEY-----")))
                .contains("openssl pkcs8 -topk8 -nocrypt");
        assertThat(error(Map.of("DATABASE_CA", "/etc/ca.crt"))).contains("They are PEM");
    }

    private static String error(Map<String, String> environment) {
        Settings settings = new Settings(new HashMap<>(environment));
        DatabaseTls.url(settings, url);
        try {
            settings.check();
            throw new AssertionError("no error");
        } catch (Settings.InvalidSettings e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String connect(Map<String, String> environment) {
        Settings settings = new Settings(new HashMap<>(environment));
        String connect = DatabaseTls.url(settings, url);
        settings.check();
        return connect;
    }

    private static KeyStore store() throws Exception {
        return KeyStore.getInstance(folder.resolve("store.p12").toFile(), PASSWORD.toCharArray());
    }

    private static String key(String name) throws Exception {
        return pem("PRIVATE KEY", store().getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    private static String pem(String kind, String name) throws Exception {
        return pem(kind, store().getCertificate(name).getEncoded());
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(der).replace("\r", ""));
    }

    private static void pair(String name, String... more) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=" + name,
                                "-keystore",
                                "store.p12",
                                "-storepass",
                                PASSWORD));
        command.addAll(List.of(more));
        Path said = Files.createTempFile("keytool", ".log");
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    }
}
