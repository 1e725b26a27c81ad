package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import otherworld.base.WorldId;
import otherworld.local.database.DatabaseServer;

class WorldRemovalIT {
    private static final String[] TABLES = {
        "instance", "journal", "journal_fold", "entity", "edit_result"
    };

    private final DatabaseServer server = DatabaseServer.shared();
    private final TestDatabase database = TestDatabase.create(server);

    @Test
    void removesEveryRowOfTheWorldInBatchesAndNoneOfAnother() throws Exception {
        int entities = 2 * WorldRemoval.BATCH + 1;
        fill("default.plaza", entities);
        fill("default.plaza2", 3);
        WorldId plaza = new WorldId("default.plaza");
        try (WorldRemoval removal = removal(database.url())) {
            assertThat(removal.remove(plaza)).isEqualTo(entities + 4);
            assertThat(removal.remove(plaza)).as("again").isZero();
        }
        for (String table : TABLES) {
            assertThat(count(table, "default.plaza")).as(table).isZero();
            assertThat(count(table, "default.plaza2")).as(table).isPositive();
        }
    }

    @Test
    void saysThatTheDatabaseIsAway() {
        try (WorldRemoval removal = removal("jdbc:postgresql://127.0.0.1:1/none")) {
            assertThatThrownBy(() -> removal.remove(new WorldId("default.plaza")))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("World default.plaza");
        }
    }

    private WorldRemoval removal(String url) {
        return WorldRemoval.connect(url, server.user(), server.password());
    }

    private void fill(String world, int entities) throws Exception {
        database.execute(
                "INSERT INTO instance (world, ordinal, lease_until) VALUES ('%s', 0, now())"
                        .formatted(world));
        database.execute(
                "INSERT INTO journal (world, ordinal, seq, epoch, edits) VALUES ('%s', 0, 1, 1, '')"
                        .formatted(world));
        database.execute(
                "INSERT INTO journal_fold (world, ordinal, seq) VALUES ('%s', 0, 1)"
                        .formatted(world));
        database.execute(
                "INSERT INTO edit_result (world, ordinal, player, client_seq, result, committed_at) VALUES ('%s', 0, 'ann', 1, '', now())"
                        .formatted(world));
        database.execute(
                "INSERT INTO entity (world, ordinal, id, seq, body) SELECT '%s', 0, i, 1, '' FROM generate_series(1, %d) i"
                        .formatted(world, entities));
    }

    private long count(String table, String world) throws Exception {
        return database.number(
                "SELECT count(*) FROM %s WHERE world = '%s'".formatted(table, world));
    }
}
