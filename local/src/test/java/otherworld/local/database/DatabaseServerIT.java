package otherworld.local.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import otherworld.local.files.Trees;
import otherworld.local.process.FreePorts;
import otherworld.local.process.StartFailed;

class DatabaseServerIT {
    @Test
    void keepsCommittedRowsAcrossSigkill() throws Exception {
        try (DatabaseServer server = DatabaseServer.start()) {
            assumeTrue(server.isControllable());
            String url = server.createDatabase("survivor");
            execute(server, url, "CREATE TABLE chair (id bigint PRIMARY KEY)");
            execute(server, url, "INSERT INTO chair VALUES (7)");
            server.kill();
            assertThatThrownBy(() -> execute(server, url, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
            server.restart();
            assertThat(count(server, url)).isEqualTo(1);

            server.pause();
            assertThatThrownBy(() -> execute(server, url, "SELECT 1"))
                    .isInstanceOf(SQLException.class);
            server.resume();
            assertThat(count(server, url)).isEqualTo(1);
        }
    }

    @Test
    void keepsItsDataWhenThePasswordIsLostAndRefusesDataThatIsNotWhole() throws Exception {
        assumeTrue(DatabaseServer.shared().kind() == DatabaseServer.Kind.POSTGRESQL);
        Path folder = Trees.makePublic(Trees.temporary("lost-password"));
        Path data = folder.resolve("data");
        List<String> told = new ArrayList<>();
        // What an initdb that was killed leaves.
        Path unfinished =
                Files.createDirectories(data.resolve("unfinished-1")).resolve("PG_VERSION");
        Files.writeString(unfinished, "18");
        String first = "first-password-1";
        try (DatabaseServer server = DatabaseServer.start(owned(folder, first, told), Map.of())) {
            execute(server, server.jdbcUrl(), "CREATE TABLE chair (id bigint PRIMARY KEY)");
            execute(server, server.jdbcUrl(), "INSERT INTO chair VALUES (7)");
        }
        assertThat(unfinished).doesNotExist();
        assertThat(told).isEmpty();
        try (DatabaseServer server =
                DatabaseServer.start(owned(folder, "second-password2", told), Map.of())) {
            assertThat(count(server, server.jdbcUrl())).isEqualTo(1);
        }
        assertThat(told).singleElement().asString().contains("data is as it was");

        Path cluster = PostgresBackend.cluster(data);
        String version = Files.readString(cluster.resolve("PG_VERSION"));
        for (String damage : List.of("", "garbage")) {
            Files.writeString(cluster.resolve("PG_VERSION"), damage);
            assertThatThrownBy(() ->
                            DatabaseServer.start(owned(folder, "second-password2", told), Map.of()))
                    .isInstanceOf(StartFailed.class)
                    .hasMessageContaining("PG_VERSION is missing or not PostgreSQL's");
        }
        Files.writeString(cluster.resolve("PG_VERSION"), version);
        try (DatabaseServer server =
                DatabaseServer.start(owned(folder, "second-password2", told), Map.of())) {
            assertThat(count(server, server.jdbcUrl())).isEqualTo(1);
        }
    }

    private static ServerOptions owned(Path folder, String password, List<String> told) {
        return new ServerOptions(
                folder,
                folder.resolve("database.log"),
                folder.resolve("data"),
                FreePorts.next(),
                password,
                false,
                told::add);
    }

    @Test
    void usesTheDatabaseThatCrdbUrlNamesAndLeavesItAlone() throws Exception {
        DatabaseServer theirs = DatabaseServer.shared();
        assumeTrue(theirs.kind() == DatabaseServer.Kind.POSTGRESQL);
        String url =
                theirs.jdbcUrl()
                        .replace(
                                "jdbc:postgresql://",
                                "postgresql://%s:%s@".formatted(theirs.user(), theirs.password()));
        Path unused = Path.of("/nowhere");
        try (DatabaseServer server =
                DatabaseServer.start(
                        new ServerOptions(unused, unused, unused, 1, "unused", true),
                        Map.of("CRDB_URL", url))) {
            assertThat(server.kind()).isEqualTo(DatabaseServer.Kind.POSTGRESQL);
            assertThat(server.isControllable()).isFalse();
            assertThatThrownBy(server::kill).isInstanceOf(UnsupportedOperationException.class);
            String made = server.createDatabase("made_by_name");
            execute(server, made, "CREATE TABLE chair (id bigint PRIMARY KEY)");
        }
        execute(theirs, theirs.jdbcUrl(), "SELECT 1");
    }

    @Test
    void saysWhichDatabaseOfCrdbUrlDoesNotAnswer() {
        Path unused = Path.of("/nowhere");
        ServerOptions options = new ServerOptions(unused, unused, unused, 1, "unused", true);
        assertThatThrownBy(() ->
                        DatabaseServer.start(
                                options, Map.of("CRDB_URL", "postgresql://me:secret@127.0.0.1:1/")))
                .isInstanceOf(StartFailed.class)
                .hasMessageContaining("127.0.0.1:1/defaultdb")
                .hasMessageContaining("is CRDB_URL right?")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() ->
                        DatabaseServer.start(options, Map.of("CRDB_URL", "mysql://127.0.0.1/")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesADatabaseNameThatIsNotOne() {
        assertThatThrownBy(() -> DatabaseServer.shared().createDatabase("a; DROP"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void execute(DatabaseServer server, String url, String sql) throws SQLException {
        try (Connection connection = connect(server, url);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int count(DatabaseServer server, String url) throws SQLException {
        try (Connection connection = connect(server, url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM chair")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static Connection connect(DatabaseServer server, String url) throws SQLException {
        String separator = url.contains("?") ? "&" : "?";
        return DriverManager.getConnection(
                url + separator + "connectTimeout=2&socketTimeout=2&loginTimeout=3",
                server.user(),
                server.password());
    }
}
