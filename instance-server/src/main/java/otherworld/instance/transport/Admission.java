package otherworld.instance.transport;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.Player;
import otherworld.instance.loop.Simulation;
import otherworld.instance.loop.SimulationLoop;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.session.Session;
import otherworld.instance.session.Verdict;
import otherworld.instance.trace.JoinTrace;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ops.log.LogContext;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.tickets.TicketVerifier;
import otherworld.tickets.Token;
import otherworld.tickets.Verification;
import otherworld.tracing.Tracing;

/**
 * From Hello to Welcome: is the token genuine, may its seat be taken here, does the ledger agree,
 * and is that still so. Each refusal is a Goodbye with its reason. Blocks a virtual thread of the
 * connection's; thread-safe.
 */
public final class Admission {
    private static final Logger log = LoggerFactory.getLogger(Admission.class);
    private static final int RETRY_MS = 500;
    private static final Duration PATIENCE = Duration.ofMillis(Limits.LEASE_PATIENCE_MS);

    private final InstanceId instance;
    private final TicketVerifier verifier;
    private final InstanceLedger ledger;
    private final Supplier<Optional<SimulationLoop>> hosted;
    private final InstanceMetrics metrics;
    private final Tracing tracing;
    private final Semaphore underway = new Semaphore(Limits.MAX_ADMISSIONS);

    /**
     * @param hosted the simulation, once this process has the lease
     */
    public Admission(
            InstanceId instance,
            TicketVerifier verifier,
            InstanceLedger ledger,
            Supplier<Optional<SimulationLoop>> hosted,
            InstanceMetrics metrics,
            Tracing tracing) {
        this.instance = instance;
        this.verifier = verifier;
        this.ledger = ledger;
        this.hosted = hosted;
        this.metrics = metrics;
        this.tracing = tracing;
    }

    /** A seated player, and the simulation that has them. */
    record Admitted(Player player, SimulationLoop loop) {}

    /** Welcomes the client through the simulation, or says Goodbye; empty then. */
    Optional<Admitted> admit(ClientLink link, Hello hello) {
        long startedNs = System.nanoTime();
        // Before a place is taken: what is forged with the name of another key waits until keys
        // were read, and would take all.
        return switch (verifier.verify(hello.token(), instance)) {
            case Verification.Valid(Token token) -> admit(link, hello, token, startedNs);
            case Verification.Expired(var at) ->
                    goodbye(link, forGood(GoodbyeReason.TICKET_EXPIRED, "it ended at " + at));
            case Verification.WrongInstance(String audience) ->
                    goodbye(
                            link,
                            forGood(
                                    GoodbyeReason.TICKET_WRONG_INSTANCE,
                                    "it is for %s, this is %s".formatted(audience, instance)));
            case Verification.Forged(String detail) ->
                    goodbye(link, forGood(GoodbyeReason.TICKET_FORGED, detail));
            case Verification.KeysUnavailable(String detail) -> goodbye(link, notReady(detail));
        };
    }

    /** One who has shown a genuine token. */
    private Optional<Admitted> admit(ClientLink link, Hello hello, Token token, long startedNs) {
        if (!underway.tryAcquire()) {
            metrics.hit(Limit.ADMISSIONS);
            return goodbye(link, notReady("too many players arrive at a time"));
        }
        try {
            link.known();
            Optional<SimulationLoop> hosting = hosted.get();
            if (hosting.isEmpty()) {
                return goodbye(link, notReady("this pod does not host yet"));
            }
            SimulationLoop loop = hosting.get();
            Optional<JoinTrace> trace = JoinTrace.begin(tracing, token, startedNs);
            Entrance entrance = new Entrance(link, Session.of(hello), token, loop, trace);
            Verdict<Player> verdict =
                    LogContext.of(token.player(), instance)
                            .traced(trace.map(JoinTrace::context))
                            .get(entrance::told);
            return switch (verdict) {
                case Verdict.Seated<Player>(Player player) -> {
                    metrics.joinSeconds.observe((System.nanoTime() - startedNs) / 1e9);
                    yield Optional.of(new Admitted(player, loop));
                }
                case Verdict.Refused<Player> why -> goodbye(link, why);
                case Verdict.Claim<Player> _,
                        Verdict.Resume<Player> _,
                        Verdict.ResumeUnlessSuperseded<Player> _ ->
                        throw new IllegalStateException("An admission was left open");
            };
        } catch (LedgerUnavailable e) {
            metrics.ledgerError();
            return goodbye(
                    link,
                    refused(
                            GoodbyeReason.LEDGER_UNAVAILABLE,
                            "the seat could not be claimed now: try again"));
        } catch (RuntimeException e) {
            log.error("Admitting {} failed", link.remote(), e);
            return goodbye(link, refused(GoodbyeReason.INTERNAL, "an error in this server"));
        } finally {
            underway.release();
        }
    }

    /** May the seat be taken here; does the ledger agree; is that still so. */
    private final class Entrance {
        private final ClientLink link;
        private final Session session;
        private final Token token;
        private final SimulationLoop loop;
        private final Optional<JoinTrace> trace;

        Entrance(
                ClientLink link,
                Session session,
                Token token,
                SimulationLoop loop,
                Optional<JoinTrace> trace) {
            this.link = link;
            this.session = session;
            this.token = token;
            this.loop = loop;
            this.trace = trace;
        }

        /** The verdict, which the log and the trace are told. */
        Verdict<Player> told() {
            try {
                Verdict<Player> verdict = verdict();
                if (verdict instanceof Verdict.Refused<Player> why) {
                    log.debug("Not admitted: {}, {}", why.reason(), why.detail());
                    trace.ifPresent(it -> it.refused(why.reason().name(), false));
                } else {
                    log.debug("Admitted to seat {}", token.seat());
                }
                return verdict;
            } catch (LedgerUnavailable e) {
                trace.ifPresent(it -> it.refused(GoodbyeReason.LEDGER_UNAVAILABLE.name(), true));
                throw e;
            } catch (RuntimeException e) {
                log.error("Admitting {} failed", link.remote(), e);
                trace.ifPresent(it -> it.refused(GoodbyeReason.INTERNAL.name(), true));
                return refused(GoodbyeReason.INTERNAL, "an error in this server");
            }
        }

        private Verdict<Player> verdict() {
            Verdict<Player> before =
                    part(
                            "check seat",
                            () -> loop.ask(simulation -> simulation.check(token)).join());
            if (!(before instanceof Verdict.Refused)
                    && !part("tighten lease", () -> loop.awaitTight(PATIENCE))) {
                return refused(GoodbyeReason.FROZEN, "the database is out of reach: try again");
            }
            return switch (before) {
                case Verdict.Refused<Player> why -> why;
                case Verdict.Seated<Player> seated -> seated;
                case Verdict.Resume<Player>() -> enter();
                case Verdict.Claim<Player>() -> claim();
                case Verdict.ResumeUnlessSuperseded<Player>() -> resume();
            };
        }

        private Verdict<Player> claim() {
            long epoch = loop.status().epoch();
            return switch (ledger(
                    () -> ledger.claim(instance, epoch, token.seat(), token.player()))) {
                // If the seat is refused after all, the next full report tells the ledger. Giving
                // it back here could take it from a twin of this connection that was quicker.
                case Reply.Done() -> enter();
                case Reply.Superseded(String reason) ->
                        forGood(GoodbyeReason.TICKET_SUPERSEDED, reason);
                case Reply.StaleEpoch(long newest) -> stale(newest);
            };
        }

        /** A seat from before this host's time: it stands unless the ledger has a newer one. */
        private Verdict<Player> resume() {
            long epoch = loop.status().epoch();
            try {
                return switch (ledger(
                        () -> ledger.resume(instance, epoch, token.seat(), token.player()))) {
                    case Reply.Done() -> enter();
                    case Reply.Superseded(String reason) ->
                            forGood(GoodbyeReason.SESSION_ENDED, reason);
                    case Reply.StaleEpoch(long newest) -> stale(newest);
                };
            } catch (LedgerUnavailable e) {
                metrics.ledgerError();
                return enter(); // resuming works without Redis
            }
        }

        /** The last word is the simulation's. */
        private Verdict<Player> enter() {
            return part("admit", () -> loop.ask(this::admit).join());
        }

        private Verdict<Player> admit(Simulation simulation) {
            Verdict<Player> verdict = simulation.admit(token, link, session);
            if (verdict instanceof Verdict.Seated<Player>(Player player)) {
                trace.ifPresent(it -> simulation.follow(player, it));
            }
            return verdict;
        }

        private <T> T part(String name, Supplier<T> work) {
            return JoinTrace.part(trace, it -> it.part(name, work), work);
        }

        private Reply ledger(Supplier<Reply> ask) {
            return JoinTrace.part(trace, it -> it.ledger("transition", ask), ask);
        }
    }

    private static Verdict.Refused<Player> stale(long newest) {
        return notReady("a newer host (epoch %d) has this instance".formatted(newest));
    }

    private static Verdict.Refused<Player> notReady(String detail) {
        return refused(GoodbyeReason.NOT_READY, detail);
    }

    /** Trying again makes sense. */
    private static Verdict.Refused<Player> refused(GoodbyeReason reason, String detail) {
        return new Verdict.Refused<>(reason, RETRY_MS, detail);
    }

    /** The same token will never do. */
    private static Verdict.Refused<Player> forGood(GoodbyeReason reason, String detail) {
        return new Verdict.Refused<>(reason, 0, detail);
    }

    private static Optional<Admitted> goodbye(ClientLink link, Verdict.Refused<Player> why) {
        link.goodbye(why.reason(), why.retryAfterMs(), why.detail());
        return Optional.empty();
    }
}
