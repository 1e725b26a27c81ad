package otherworld.matchmaker.fleet;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.fleet.v1.DurableState;
import otherworld.fleet.v1.FleetGrpc;
import otherworld.fleet.v1.ForgetWorldRequest;
import otherworld.fleet.v1.ForgetWorldResponse;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.SeatDecisionsRequest;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger;
import otherworld.matchmaker.decisions.SeatDecisions;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.persistence.StoreUnavailable;
import otherworld.persistence.WorldRemoval;

/** The gRPC service of fleet.proto. Thread-safe; its calls block, so it runs on virtual threads. */
public final class FleetService extends FleetGrpc.FleetImplBase {
    private static final Logger log = LoggerFactory.getLogger(FleetService.class);

    private final SeatLedger ledger;
    private final DemandPump pump;
    private final SeatDecisions decisions;
    private final Optional<WorldRemoval> removal;
    private final Counter forgotten;

    /**
     * @param removal empty: rows of forgotten Worlds stay in the database
     */
    public FleetService(
            SeatLedger ledger,
            DemandPump pump,
            SeatDecisions decisions,
            Optional<WorldRemoval> removal,
            PrometheusRegistry registry) {
        this.ledger = ledger;
        this.pump = pump;
        this.decisions = decisions;
        this.removal = removal;
        forgotten = MatchmakerCatalogue.WORLDS_FORGOTTEN.register(registry);
    }

    @Override
    public StreamObserver<FromOperator> connect(StreamObserver<FromMatchmaker> responses) {
        ServerCallStreamObserver<FromMatchmaker> out =
                (ServerCallStreamObserver<FromMatchmaker>) responses;
        FleetStream stream = new FleetStream(out, new Fleet(ledger, System::nanoTime), pump);
        out.setOnCancelHandler(stream::end);
        return stream;
    }

    @Override
    public void forgetWorld(
            ForgetWorldRequest request, StreamObserver<ForgetWorldResponse> response) {
        try {
            WorldId world = new WorldId(request.getWorldId());
            ForgetWorldResponse.Builder answer = ForgetWorldResponse.newBuilder();
            if (removal.isPresent()) {
                long rows = removal.get().remove(world);
                answer.setDurableState(DurableState.DURABLE_STATE_REMOVED).setRowsRemoved(rows);
                log.info("World {} is deleted: {} rows removed", world, rows);
            } else {
                answer.setDurableState(DurableState.DURABLE_STATE_KEPT_NO_DATABASE);
                log.warn(
                        "World {} is deleted, but its rows stay in the database: set DATABASE_URL to have them removed",
                        world);
            }
            ledger.forget(world);
            forgotten.labelValues(removal.isPresent() ? "removed" : "kept").inc();
            response.onNext(answer.build());
            response.onCompleted();
        } catch (IllegalArgumentException e) {
            response.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (LedgerUnavailable | StoreUnavailable e) {
            response.onError(
                    Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void seatDecisions(
            SeatDecisionsRequest request, StreamObserver<SeatDecisionsResponse> response) {
        try {
            WorldId world = new WorldId(request.getWorldId());
            Optional<PlayerId> player =
                    Optional.of(request.getPlayer())
                            .filter(text -> !text.isEmpty())
                            .map(PlayerId::new);
            SeatDecisionsResponse.Builder answer =
                    SeatDecisionsResponse.newBuilder().addAllDecisions(decisions.of(world, player));
            player.map(id -> ledger.instanceOf(world, id))
                    .filter(OptionalInt::isPresent)
                    .ifPresent(it -> answer.setHasSeat(true).setInstance(it.getAsInt()));
            response.onNext(answer.build());
            response.onCompleted();
        } catch (IllegalArgumentException e) {
            response.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (LedgerUnavailable e) {
            response.onError(
                    Status.UNAVAILABLE.withDescription(e.getMessage()).asRuntimeException());
        }
    }
}
