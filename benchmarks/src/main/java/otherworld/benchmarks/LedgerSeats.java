package otherworld.benchmarks;

import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.bots.Seats;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.SeatRequest;
import otherworld.tickets.SessionToken;
import otherworld.tickets.Ticket;
import otherworld.tickets.TicketSigner;

/** Seats from the ledger with tickets signed here: a bench of the instance needs no matchmaker. */
final class LedgerSeats implements Seats {
    private static final long RETRY_MS = 200;

    private final SeatLedger ledger;
    private final TicketSigner signer;
    private final WorldId world;
    private final List<URI> endpoints;

    LedgerSeats(SeatLedger ledger, TicketSigner signer, WorldId world, List<URI> endpoints) {
        this.ledger = ledger;
        this.signer = signer;
        this.world = world;
        this.endpoints = List.copyOf(endpoints);
    }

    @Override
    public Answer ask(String player, UUID request) {
        PlayerId id = new PlayerId(player);
        try {
            return switch (ledger.assign(world, SeatRequest.of(request.toString(), id))) {
                case Assignment.Seated seated -> seated(id, request.toString(), seated);
                case Assignment.Waiting waiting -> new Answer.Later(RETRY_MS, waiting.reason());
                case Assignment.UnknownWorld _ -> new Answer.Later(RETRY_MS, "unknown World");
                case Assignment.Refused refused -> new Answer.Refused(refused.detail());
            };
        } catch (LedgerUnavailable e) {
            return new Answer.Later(RETRY_MS, "ledger does not answer");
        }
    }

    @Override
    public Answer resume(String player, String session) {
        return new Answer.Moved(endpoints);
    }

    private Answer seated(PlayerId player, String request, Assignment.Seated seated) {
        InstanceId instance = seated.instance();
        Seat seat = seated.seats().getFirst();
        var now = Clock.systemUTC().instant();
        return new Answer.Seated(
                instance,
                signer.sign(Ticket.issue(player, instance, seat, request, seated.capacity(), now)),
                signer.sign(SessionToken.issue(player, instance, seat, request, now)),
                endpoints);
    }
}
