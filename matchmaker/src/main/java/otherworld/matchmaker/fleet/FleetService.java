package otherworld.matchmaker.fleet;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import otherworld.base.WorldId;
import otherworld.fleet.v1.FleetGrpc;
import otherworld.fleet.v1.ForgetWorldRequest;
import otherworld.fleet.v1.ForgetWorldResponse;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger;

/** The gRPC service of fleet.proto. Thread-safe; its calls block, so it runs on virtual threads. */
public final class FleetService extends FleetGrpc.FleetImplBase {
    private final SeatLedger ledger;
    private final DemandPump pump;

    public FleetService(SeatLedger ledger, DemandPump pump) {
        this.ledger = ledger;
        this.pump = pump;
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
            ledger.forget(new WorldId(request.getWorldId()));
            response.onNext(ForgetWorldResponse.getDefaultInstance());
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
