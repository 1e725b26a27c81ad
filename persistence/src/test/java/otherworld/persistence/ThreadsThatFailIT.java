package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.persistence.TestDatabase.PLAZA;
import static otherworld.persistence.TestDatabase.edit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** An error that nobody foresaw ends a thread: what rests on it must hear of that. */
class ThreadsThatFailIT extends HeldInstance {
    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aWriterThatFailsSaysThatNothingIsCommittedAnyMore() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        try (Database database = direct();
                PatchWriter writer =
                        new GroupWriter(
                                new KeptConnection(() -> breaking(database, broken)),
                                database,
                                PLAZA,
                                1,
                                0,
                                CommitListener.NONE)) {
            assertThat(writer.offer(edit(1))).isTrue();
            assertThat(writer.flush(SOON.toMillis())).isTrue();
            broken.set(true);
            assertThat(writer.offer(edit(2))).isTrue();
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(writer.health())
                                    .isInstanceOfSatisfying(
                                            PatchWriter.Health.Fenced.class,
                                            fenced ->
                                                    assertThat(fenced.reason())
                                                            .contains("a driver with a bug")));
            assertThat(writer.offer(edit(3))).isFalse();
            assertThat(writer.hasRoom(1)).isFalse();
            assertThat(writer.flush(SOON.toMillis())).isFalse();
        }
        assertThat(database.journal()).containsExactly(1L);
    }

    private static Connection breaking(Database database, AtomicBoolean broken)
            throws java.sql.SQLException {
        Connection real = database.openForWriter();
        return (Connection)
                Proxy.newProxyInstance(
                        Connection.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            if (broken.get() && method.getName().equals("prepareStatement")) {
                                throw new IllegalStateException("a driver with a bug");
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    @Test
    void aLeaseThatFailsSaysThatItIsNotKeptAnyMore() throws Exception {
        database.execute("UPDATE instance SET lease_until = now()");
        try (Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new Ownership.State.Held(2));
            poison();
            await().atMost(SOON).until(() -> lease.state() instanceof Ownership.State.Failed);
            assertThat(lease.awaitHeld(SOON)).isInstanceOf(Ownership.State.Failed.class);
            lease.release();
            assertThat(lease.state()).isInstanceOf(Ownership.State.Failed.class);
        }
    }

    /** A row that the program does not reckon with. */
    private void poison() throws Exception {
        database.execute("ALTER TABLE instance ALTER COLUMN candidate DROP NOT NULL");
        database.execute("UPDATE instance SET candidate = NULL");
    }
}
