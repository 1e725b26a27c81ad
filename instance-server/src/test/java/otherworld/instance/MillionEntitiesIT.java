package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.bots.BotOptions;
import otherworld.instance.store.StoredWorld;
import otherworld.local.database.DatabaseServer;
import otherworld.persistence.PropBody;
import otherworld.persistence.SqlInstanceStore;
import otherworld.protocol.Rotation;
import otherworld.world.World;

/** A World that has been built in for long: what it takes to load, and to keep in memory. */
@Tag("heavy")
class MillionEntitiesIT {
    private static final int ENTITIES = 1_000_000;
    private static final int BODIES = 10_000;
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int MOST_BYTES_EACH = 400;
    private static final float ZONE_SIZE_M = 64;

    private final Backend backend = new Backend();

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void aMillionEntitiesLoadInSecondsIntoFewHundredBytesEach() throws Exception {
        assumeTrue(backend.sql.kind() == DatabaseServer.Kind.POSTGRESQL, "arrays are PostgreSQL's");
        store();
        BotOptions.Database database = backend.database();
        try (SqlInstanceStore store =
                SqlInstanceStore.connect(database.url(), database.user(), database.password())) {
            StoredWorld stored = new StoredWorld(1, ZONE_SIZE_M);
            long before = usedBytes();
            long startedNs = System.nanoTime();
            var loaded = store.load(backend.instance, 1, stored);
            Duration took = Duration.ofNanos(System.nanoTime() - startedNs);
            World world = stored.world();
            long each = (usedBytes() - before) / ENTITIES;

            System.out.printf(
                    "%,d entities in %,d zones: %,d ms, %,d bytes each%n",
                    ENTITIES, world.zones().count(), took.toMillis(), each);
            assertThat(loaded.unreadable()).isEmpty();
            assertThat(stored.leftOut()).isZero();
            assertThat(world.props()).isEqualTo(ENTITIES);
            assertThat(took).isLessThan(LONGEST);
            assertThat(each).isLessThanOrEqualTo(MOST_BYTES_EACH);
        }
    }

    /** All over the World, of some models, by some players. */
    private void store() throws SQLException {
        SplittableRandom random = new SplittableRandom(20261126);
        byte[][] bodies = new byte[BODIES][];
        for (int i = 0; i < BODIES; i++) {
            bodies[i] =
                    new PropBody(
                                    "scenery/model-" + random.nextInt(500),
                                    (float) random.nextDouble(-4_000, 4_000),
                                    0,
                                    (float) random.nextDouble(-4_000, 4_000),
                                    Rotation.ofYaw(i),
                                    "player-" + random.nextInt(5_000))
                            .encode();
        }
        backend.execute(
                "INSERT INTO instance (world, ordinal, epoch, seq, lease_until) VALUES ('%s', 0, 1, 1, now())"
                        .formatted(backend.instance.world()));
        backend.execute(
                "INSERT INTO journal_fold (world, ordinal, seq) VALUES ('%s', 0, 1)"
                        .formatted(backend.instance.world()));
        try (Connection connection = backend.connect();
                PreparedStatement insert =
                        connection.prepareStatement(
                                """
                                INSERT INTO entity (world, ordinal, id, seq, body)
                                SELECT ?, 0, (row_number() OVER ()), 1, body
                                FROM unnest(?) AS body, generate_series(1, ?)
                                """)) {
            insert.setString(1, backend.instance.world().value());
            insert.setArray(2, connection.createArrayOf("bytea", bodies));
            insert.setInt(3, ENTITIES / BODIES);
            insert.executeUpdate();
        }
    }

    private static long usedBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
