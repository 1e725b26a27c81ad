package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.fleet.v1.DurableState;
import otherworld.fleet.v1.ForgetWorldRequest;
import otherworld.fleet.v1.ForgetWorldResponse;
import otherworld.local.database.DatabaseServer;
import otherworld.local.redis.RedisServer;
import otherworld.persistence.Migrations;

/** {@code deletionPolicy: Delete}: what the operator asks of the matchmaker. */
class ForgetWorldIT {
    private final MatchmakerFixture f = new MatchmakerFixture(RedisServer.shared().url());

    @AfterEach
    void close() throws Exception {
        f.close();
    }

    @Test
    void removesTheWorldsRowsWhereverItHasADatabase() throws Exception {
        DatabaseServer server = DatabaseServer.shared();
        String url =
                server.createDatabase("forget" + UUID.randomUUID().toString().replace("-", ""));
        Migrations.apply(url, server.user(), server.password());
        Map<String, String> database =
                Map.of(
                        "DATABASE_URL", url,
                        "DATABASE_USER", server.user(),
                        "DATABASE_PASSWORD", server.password());
        try (Connection sql = DriverManager.getConnection(url, server.user(), server.password());
                Statement statement = sql.createStatement();
                Matchmaker matchmaker = f.start(database)) {
            statement.execute(
                    "INSERT INTO instance (world, ordinal, lease_until) VALUES ('%s', 0, now())"
                            .formatted(f.world));
            ForgetWorldResponse answer = forget(matchmaker);
            assertThat(answer.getDurableState()).isEqualTo(DurableState.DURABLE_STATE_REMOVED);
            assertThat(answer.getRowsRemoved()).isEqualTo(1);
            try (ResultSet rows = statement.executeQuery("SELECT count(*) FROM instance")) {
                rows.next();
                assertThat(rows.getLong(1)).isZero();
            }
            assertThat(forget(matchmaker).getRowsRemoved()).isZero();
        }
    }

    @Test
    void saysThatRowsStayWithoutADatabase() throws Exception {
        try (Matchmaker matchmaker = f.start();
                TestClient client = new TestClient(matchmaker)) {
            assertThat(forget(matchmaker).getDurableState())
                    .isEqualTo(DurableState.DURABLE_STATE_KEPT_NO_DATABASE);
            assertThat(client.get("/metrics", null).response().body())
                    .contains("otherworld_matchmaker_worlds_forgotten_total{rows=\"kept\"} 1");
        }
    }

    @Test
    void isToBeRepeatedWhileTheDatabaseIsAway() throws Exception {
        Map<String, String> nowhere =
                Map.of(
                        "DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/none",
                        "DATABASE_USER", "nobody");
        try (Matchmaker matchmaker = f.start(nowhere)) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> forget(matchmaker)))
                    .isInstanceOfSatisfying(
                            CompletionException.class,
                            e ->
                                    assertThat(Status.fromThrowable(e).getCode())
                                            .isEqualTo(Status.Code.UNAVAILABLE));
        }
    }

    private ForgetWorldResponse forget(Matchmaker matchmaker) throws InterruptedException {
        CompletableFuture<ForgetWorldResponse> answer = new CompletableFuture<>();
        try (TestOperator operator = new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET)) {
            operator.stub()
                    .forgetWorld(
                            ForgetWorldRequest.newBuilder().setWorldId(f.world.value()).build(),
                            new StreamObserver<>() {
                                @Override
                                public void onNext(ForgetWorldResponse response) {
                                    answer.complete(response);
                                }

                                @Override
                                public void onError(Throwable t) {
                                    answer.completeExceptionally(t);
                                }

                                @Override
                                public void onCompleted() {}
                            });
            return answer.orTimeout(30, TimeUnit.SECONDS).join();
        }
    }
}
