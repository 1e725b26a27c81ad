package otherworld.instance.transport;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.Player;
import otherworld.instance.loop.Seating;
import otherworld.instance.loop.SimulationLoop;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.instance.session.Entry;
import otherworld.instance.session.Session;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.LedgerUnavailable;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.tickets.TicketVerifier;
import otherworld.tickets.Token;
import otherworld.tickets.Verification;

/**
 * From Hello to Welcome: is the token genuine, may its seat be taken here, does the ledger agree,
 * and is that still so. Each refusal is a Goodbye with its reason. Blocks a virtual thread of the
 * connection's; thread-safe.
 */
public final class Admission {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);
    private static final int RETRY_MS = 500;

    private final InstanceId instance;
    private final TicketVerifier verifier;
    private final InstanceLedger ledger;
    private final Supplier<Optional<SimulationLoop>> hosted;
    private final InstanceMetrics metrics;
    private final Semaphore underway = new Semaphore(Limits.MAX_ADMISSIONS);

    /**
     * @param hosted the simulation, once this process has the lease
     */
    public Admission(
            InstanceId instance,
            TicketVerifier verifier,
            InstanceLedger ledger,
            Supplier<Optional<SimulationLoop>> hosted,
            InstanceMetrics metrics) {
        this.instance = instance;
        this.verifier = verifier;
        this.ledger = ledger;
        this.hosted = hosted;
        this.metrics = metrics;
    }

    /** A seated player, and the simulation that has them. */
    record Admitted(Player player, SimulationLoop loop) {}

    /** Welcomes the client through the simulation, or says Goodbye; empty then. */
    Optional<Admitted> admit(ClientLink link, Hello hello) {
        if (!underway.tryAcquire()) {
            metrics.hit(Limit.ADMISSIONS);
            link.goodbye(GoodbyeReason.NOT_READY, RETRY_MS, "too many players arrive at a time");
            return Optional.empty();
        }
        long startedNs = System.nanoTime();
        try {
            Optional<SimulationLoop> loop = hosted.get();
            if (loop.isEmpty()) {
                link.goodbye(GoodbyeReason.NOT_READY, RETRY_MS, "this pod does not host yet");
                return Optional.empty();
            }
            Optional<Admitted> admitted =
                    verified(link, hello)
                            .flatMap(token -> seat(link, loop.get(), token, Session.of(hello)));
            if (admitted.isPresent()) {
                metrics.joinSeconds.observe((System.nanoTime() - startedNs) / 1e9);
            }
            return admitted;
        } catch (LedgerUnavailable e) {
            metrics.ledgerError();
            link.goodbye(
                    GoodbyeReason.LEDGER_UNAVAILABLE,
                    RETRY_MS,
                    "the seat could not be claimed now: try again");
            return Optional.empty();
        } catch (RuntimeException e) {
            log.error("Admitting {} failed", link.remote(), e);
            link.goodbye(GoodbyeReason.INTERNAL, RETRY_MS, "an error in this server");
            return Optional.empty();
        } finally {
            underway.release();
        }
    }

    private Optional<Token> verified(ClientLink link, Hello hello) {
        return switch (verifier.verify(hello.token(), instance)) {
            case Verification.Valid(Token token) -> Optional.of(token);
            case Verification.Expired(var at) ->
                    refuse(link, GoodbyeReason.TICKET_EXPIRED, 0, "it ended at " + at);
            case Verification.WrongInstance(String audience) ->
                    refuse(
                            link,
                            GoodbyeReason.TICKET_WRONG_INSTANCE,
                            0,
                            "it is for %s, this is %s".formatted(audience, instance));
            case Verification.Forged(String detail) ->
                    refuse(link, GoodbyeReason.TICKET_FORGED, 0, detail);
            case Verification.KeysUnavailable(String detail) ->
                    refuse(link, GoodbyeReason.NOT_READY, RETRY_MS, detail);
        };
    }

    private Optional<Admitted> seat(
            ClientLink link, SimulationLoop loop, Token token, Session session) {
        Entry entry = loop.ask(simulation -> simulation.check(token)).join();
        if (!(entry instanceof Entry.Refused)
                && !loop.awaitTight(Duration.ofMillis(Limits.LEASE_PATIENCE_MS))) {
            return refuse(
                    link,
                    GoodbyeReason.FROZEN,
                    RETRY_MS,
                    "the database is out of reach: try again");
        }
        return switch (entry) {
            case Entry.Refused why -> refuse(link, why);
            case Entry.Resume() -> enter(link, loop, token, session);
            case Entry.Claim() -> claim(link, loop, token, session);
            case Entry.ResumeUnlessSuperseded() -> resume(link, loop, token, session);
        };
    }

    private Optional<Admitted> claim(
            ClientLink link, SimulationLoop loop, Token token, Session session) {
        long epoch = loop.status().epoch();
        return switch (ledger.claim(instance, epoch, token.seat(), token.player())) {
            // If the seat is refused after all, the next full report tells the ledger. Giving it
            // back
            // here could take it from a twin of this connection that was quicker.
            case Reply.Done() -> enter(link, loop, token, session);
            case Reply.Superseded(String reason) ->
                    refuse(link, GoodbyeReason.TICKET_SUPERSEDED, 0, reason);
            case Reply.StaleEpoch(long newest) -> stale(link, newest);
        };
    }

    /** A seat from before this host's time: it stands unless the ledger knows of a newer one. */
    private Optional<Admitted> resume(
            ClientLink link, SimulationLoop loop, Token token, Session session) {
        try {
            Reply reply =
                    ledger.resume(instance, loop.status().epoch(), token.seat(), token.player());
            return switch (reply) {
                case Reply.Done() -> enter(link, loop, token, session);
                case Reply.Superseded(String reason) ->
                        refuse(link, GoodbyeReason.SESSION_ENDED, 0, reason);
                case Reply.StaleEpoch(long newest) -> stale(link, newest);
            };
        } catch (LedgerUnavailable e) {
            metrics.ledgerError();
            return enter(link, loop, token, session); // resuming works without Redis
        }
    }

    /** The last word is the simulation's: what was true at the first check may not be any more. */
    private Optional<Admitted> enter(
            ClientLink link, SimulationLoop loop, Token token, Session session) {
        return switch (loop.ask(simulation -> simulation.admit(token, link, session)).join()) {
            case Seating.Seated(Player player) -> Optional.of(new Admitted(player, loop));
            case Seating.Refused(Entry.Refused why) -> refuse(link, why);
        };
    }

    private Optional<Admitted> stale(ClientLink link, long newest) {
        return refuse(
                link,
                GoodbyeReason.NOT_READY,
                RETRY_MS,
                "a newer host (epoch %d) has this instance".formatted(newest));
    }

    private static Optional<Admitted> refuse(ClientLink link, Entry.Refused why) {
        return refuse(link, why.reason(), why.retryAfterMs(), why.detail());
    }

    private static <T> Optional<T> refuse(
            ClientLink link, GoodbyeReason reason, int retryAfterMs, String detail) {
        link.goodbye(reason, retryAfterMs, detail);
        return Optional.empty();
    }
}
