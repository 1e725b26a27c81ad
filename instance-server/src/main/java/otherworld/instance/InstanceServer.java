package otherworld.instance;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.Gathering;
import otherworld.http.MutualTls;
import otherworld.http.Routes;
import otherworld.http.ServerTls;
import otherworld.http.TlsFiles;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.config.Limits;
import otherworld.instance.hosting.Hosting;
import otherworld.instance.loop.SimulationClock;
import otherworld.instance.loop.SimulationLoop;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.WebRtcMetrics;
import otherworld.instance.metrics.ZoneLog;
import otherworld.instance.store.RedisPoses;
import otherworld.instance.transport.Admission;
import otherworld.instance.transport.PeerSessions;
import otherworld.instance.transport.PlayPort;
import otherworld.instance.transport.PlayRoutes;
import otherworld.instance.transport.signalling.Clients;
import otherworld.instance.transport.signalling.Signalling;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ops.ExitCode;
import otherworld.ops.Health;
import otherworld.ops.MainProcess;
import otherworld.ops.ManagementServer;
import otherworld.ops.PortTaken;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.Role;
import otherworld.persistence.InstanceStore;
import otherworld.persistence.Ownership;
import otherworld.persistence.StoreDamaged;
import otherworld.persistence.StoreUnavailable;
import otherworld.tickets.HttpKeySource;
import otherworld.tickets.TicketVerifier;
import otherworld.tracing.SpanCounts;
import otherworld.tracing.Tracing;

/**
 * The process: listens at once (so that a pod shows as alive while it waits), contends for the
 * instance's lease, hosts the instance once it has it, and lets go of everything in order.
 */
public final class InstanceServer implements MainProcess.Running {
    private static final Logger log = LoggerFactory.getLogger(InstanceServer.class);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration RAISE = Duration.ofSeconds(2);
    private static final Duration DAMAGE_LOOK = Duration.ofSeconds(2);
    private static final long STUCK_NS = Duration.ofSeconds(5).toNanos();

    /** Shorter than a probe's time-out, which is 2 s. */
    private static final long READY_HOLD_NS = Duration.ofSeconds(1).toNanos();

    private static final Duration READY_LOOK = Duration.ofMillis(10);

    /** Where a kubelet says, before it asks a pod to end, that the pod is being deleted. */
    private static final String HAND_OVER = "/hand-over";

    private static final Duration SUCCESSOR_LOOK = Duration.ofMillis(50);

    private final InstanceStore store;
    private final InstanceLedger ledger;
    private final HttpKeySource keys;
    private final RedisPoses poses;
    private final MainProcess.Exit exit;
    private final Hosting.Shared shared;
    private final Optional<PeerSessions> peers;
    private final Optional<TlsFiles> tls;
    private final Optional<InternalTls> internal;
    private final PlayPort players;
    private final Tracing tracing;
    private final ManagementServer management;
    private final Thread host;
    private volatile boolean closing;
    private volatile boolean replaced;
    private volatile boolean wasReady;
    private volatile String damage = "";
    private volatile @Nullable Ownership ownership;
    private volatile @Nullable Hosting hosting;

    private InstanceServer(
            InstanceSettings settings,
            InstanceStore store,
            InstanceLedger ledger,
            Optional<TlsFiles> tls,
            Optional<InternalTls> internal,
            PrometheusRegistry registry,
            MainProcess.Exit exit)
            throws PortTaken {
        this.tls = tls;
        this.internal = internal;
        this.store = store;
        this.ledger = ledger;
        this.exit = exit;
        // Everything this process listens on, before it contends for anything: who cannot be
        // reached must not host.
        management =
                ManagementServer.start(settings.management(), registry, this::live, this::ready);
        management.add(
                HAND_OVER,
                () -> {
                    replaced = true;
                    return Health.up();
                });
        Consumer<String> fenced = why -> exit.exit(ExitCode.FENCED, why);
        tracing =
                Tracing.start(
                        settings.tracing(),
                        settings.origin(),
                        new SpanCounts(InstanceCatalogue.TRACE_SPANS, registry));
        InstanceMetrics metrics = new InstanceMetrics(registry, tracing.isOn());
        metrics.backlog(() -> Optional.ofNullable(hosting));
        ZoneLog zoneLog = settings.zoneLog() ? ZoneLog.on() : ZoneLog.off();
        SystemClock clock = new SystemClock();
        keys =
                new HttpKeySource(
                        settings.keysUrl(), internal.map(it -> it.client(Role.MATCHMAKER)));
        metrics.keys(keys);
        poses = new RedisPoses(settings.redis(), settings.instance(), metrics);
        Gathering gathering = new Gathering();
        shared =
                new Hosting.Shared(
                        settings,
                        ledger,
                        store,
                        poses,
                        clock,
                        () -> gathering.gather(Limits.GATHER_MS * 1_000_000L),
                        zoneLog,
                        metrics,
                        fenced,
                        tracing);
        TicketVerifier verifier =
                new TicketVerifier(settings.ticketIssuer(), keys, InstantSource.system());
        Admission admission =
                new Admission(settings.instance(), verifier, ledger, this::loop, metrics, tracing);
        WebRtcMetrics webRtc = new WebRtcMetrics(registry);
        peers = peers(settings, admission, metrics, webRtc);
        Signalling signalling =
                new Signalling(
                        peers.map(opened -> opened),
                        verifier,
                        settings.instance(),
                        settings.webRtc().turn(),
                        new Clients(settings.behindGateway()),
                        webRtc,
                        InstantSource.system(),
                        System::nanoTime);
        int port = peers.map(PeerSessions::port).orElse(settings.port());
        Routes routes = PlayRoutes.of(settings, signalling, admission, this::live, metrics);
        if (settings.zoneLog()) {
            PlayRoutes.addZoneLog(routes, zoneLog);
        }
        players = PlayPort.start(settings, port, playersTls(settings), routes, gathering, metrics);
        log.info(
                "Listening on {}:{}, {}; management on {}:{}",
                settings.bind(),
                players.port(),
                peers.isPresent() ? "TCP and UDP" : "TCP alone",
                settings.management().bind(),
                management.port());
        Ownership contending = store.contend(settings.instance(), settings.podUid());
        ownership = contending;
        Thread.ofVirtual().name("keys").start(keys::warmUp);
        host = Thread.ofVirtual().name("host").start(() -> awaitLease(contending));
    }

    /**
     * Empty if WebRTC is off, or a name under which players would reach it is unknown: they use
     * WebSocket, which works everywhere, rather than nothing.
     *
     * @throws PortTaken if the UDP port cannot be had
     */
    private static Optional<PeerSessions> peers(
            InstanceSettings settings,
            Admission admission,
            InstanceMetrics metrics,
            WebRtcMetrics webRtc)
            throws PortTaken {
        if (!settings.webRtc().enabled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PeerSessions.open(settings, admission, metrics, webRtc));
        } catch (PortTaken e) {
            throw e;
        } catch (IOException e) {
            log.error("No WebRTC here: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * @param tls of the players' port; closed with the server
     * @param internal towards our own processes; closed with the server
     * @param exit asked, perhaps more than once, to end the process when another host has the
     *     instance
     * @throws PortTaken if something it must listen on cannot be had; nothing was contended for
     */
    public static InstanceServer start(
            InstanceSettings settings,
            InstanceStore store,
            InstanceLedger ledger,
            Optional<TlsFiles> tls,
            Optional<InternalTls> internal,
            PrometheusRegistry registry,
            MainProcess.Exit exit)
            throws PortTaken {
        return new InstanceServer(settings, store, ledger, tls, internal, registry, exit);
    }

    /** Behind a gateway nobody but gateways is spoken with. */
    private Optional<? extends ServerTls> playersTls(InstanceSettings settings) {
        return settings.behindGateway()
                ? internal.map(it -> new MutualTls(it.server(Role.GATEWAY), it.permissive()))
                : tls;
    }

    public int port() {
        return players.port();
    }

    @Override
    public void close() throws InterruptedException {
        if (replaced) {
            awaitSuccessor();
        }
        closing = true;
        host.interrupt();
        host.join();
        Hosting current = hosting;
        if (current != null) {
            current.end();
        }
        Ownership contending = ownership;
        if (contending != null) {
            contending.close();
        }
        players.close();
        tls.ifPresent(TlsFiles::close);
        internal.ifPresent(InternalTls::close);
        peers.ifPresent(PeerSessions::close);
        poses.close();
        keys.close();
        ledger.close();
        store.close();
        tracing.close();
        management.close();
    }

    /**
     * The operator starts a successor as soon as a pod is being deleted: players play on here until
     * it waits for the lease. Not where nobody is inside, where no successor comes because the
     * instance was asked to close, or where the lease is lost.
     */
    private void awaitSuccessor() throws InterruptedException {
        Hosting current = hosting;
        Ownership held = ownership;
        if (current == null || held == null) {
            return;
        }
        Duration limit = shared.settings().handOver();
        long startedNs = System.nanoTime();
        boolean told = false;
        while (System.nanoTime() - startedNs < limit.toNanos()
                && held.candidate().isEmpty()
                && isKept(held.state())
                && current.isInhabited()) {
            if (!told) {
                log.info(
                        "Being replaced: goes on for {} at most, until its successor is there",
                        limit);
                told = true;
            }
            Thread.sleep(SUCCESSOR_LOOK);
        }
        if (told) {
            log.info(
                    "Hands over after {} ms{}",
                    (System.nanoTime() - startedNs) / 1_000_000,
                    held.candidate().map(pod -> " to pod " + pod).orElse(", to nobody yet"));
        }
    }

    private static boolean isKept(Ownership.State state) {
        return switch (state) {
            case Ownership.State.Held _, Ownership.State.Frozen _ -> true;
            case Ownership.State.Waiting _, Ownership.State.Lost _, Ownership.State.Failed _ ->
                    false;
        };
    }

    private void awaitLease(Ownership ownership) {
        String told = "";
        try {
            while (!closing) {
                switch (ownership.awaitHeld(LOOK)) {
                    case Ownership.State.Held(long epoch) -> {
                        if (host(ownership, epoch)) {
                            return;
                        }
                    }
                    case Ownership.State.Lost(long epoch, long seen) -> {
                        exit.exit(
                                ExitCode.FENCED,
                                "lost the lease of epoch %d to %d".formatted(epoch, seen));
                        return;
                    }
                    case Ownership.State.Failed(String reason) -> {
                        exit.exit(ExitCode.FENCED, reason);
                        return;
                    }
                    case Ownership.State.Waiting(String reason) -> {
                        if (told.isEmpty()) {
                            log.info("Waiting for the lease: {}", reason);
                            told = reason;
                        }
                    }
                    case Ownership.State.Frozen(long _, String reason) ->
                            log.info("Waiting for the lease's renewal: {}", reason);
                }
            }
        } catch (InterruptedException e) {
            log.debug("No longer waiting for the lease");
        } catch (RuntimeException | Error e) {
            log.error("The instance cannot be hosted", e);
            exit.exit(ExitCode.FAILED, "the instance cannot be hosted: " + e.getMessage());
        }
    }

    /** True once it is hosted. */
    private boolean host(Ownership ownership, long epoch) throws InterruptedException {
        try {
            return switch (Hosting.begin(shared, ownership, epoch)) {
                case Hosting.Begun.Hosts(Hosting begun) -> {
                    hosting = begun;
                    damage = "";
                    shared.metrics().storageDamaged.set(0);
                    peers.ifPresent(PeerSessions::warmUp);
                    yield true;
                }
                case Hosting.Begun.EpochSeen(long newest) -> {
                    log.error(
                            "The database gave epoch {}, but epoch {} has been seen: it is older than Redis or its own rows, as if restored from a back-up. Edits after that are gone; this host goes on above both",
                            epoch,
                            newest);
                    shared.metrics().epochsRaised.inc();
                    ownership.raise(newest, RAISE);
                    yield false;
                }
            };
        } catch (StoreUnavailable e) {
            log.warn("Loading failed and is tried again: {}", e.getMessage());
            Thread.sleep(Duration.ofMillis(200));
            return false;
        } catch (StoreDamaged e) {
            if (!damage.equals(e.getMessage())) {
                log.error("The instance is not hosted before it is repaired: {}", e.getMessage());
            }
            damage = String.valueOf(e.getMessage());
            shared.metrics().storageDamaged.set(1);
            tellStorage(epoch, damage);
            Thread.sleep(DAMAGE_LOOK);
            return false;
        }
    }

    /** So that the World's conditions have it; it has no host that reports. */
    private void tellStorage(long epoch, String trouble) {
        try {
            ledger.storage(shared.settings().instance(), epoch, trouble);
        } catch (LedgerUnavailable e) {
            log.debug("The ledger was not told of the damage: {}", e.getMessage());
        }
    }

    private Optional<SimulationLoop> loop() {
        return Optional.ofNullable(hosting).map(Hosting::loop);
    }

    private Health live() {
        long stuckNs = loop().map(SimulationLoop::sinceLastTurnNs).orElse(0L);
        return stuckNs > STUCK_NS
                ? Health.down(
                        "the simulation has not turned for %d s"
                                .formatted(Duration.ofNanos(stuckNs).toSeconds()))
                : Health.up();
    }

    /**
     * Until this process was ready once, an answer waits a moment for that: a kubelet asks once a
     * second, and what became true just after would reach players a second late.
     */
    private Health ready() {
        long untilNs = System.nanoTime() + READY_HOLD_NS;
        Health health = readyNow();
        try {
            while (!wasReady
                    && !closing
                    && health instanceof Health.Down
                    && System.nanoTime() < untilNs) {
                Thread.sleep(READY_LOOK);
                health = readyNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        wasReady |= health instanceof Health.Up;
        return health;
    }

    private Health readyNow() {
        Hosting current = hosting;
        if (current != null) {
            return current.notReady().<Health>map(Health::down).orElseGet(Health::up);
        }
        Ownership contending = ownership;
        if (contending == null) {
            return Health.down("starting");
        }
        return switch (contending.state()) {
            case Ownership.State.Waiting(String reason) -> Health.down(reason);
            case Ownership.State.Held _ -> Health.down(damage.isEmpty() ? "loading" : damage);
            case Ownership.State.Frozen(long _, String reason) -> Health.down(reason);
            case Ownership.State.Lost _ -> Health.down("another pod has the instance");
            case Ownership.State.Failed(String reason) -> Health.down(reason);
        };
    }

    private static final class SystemClock implements SimulationClock {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        @Override
        public long workNs() {
            return THREADS.isCurrentThreadCpuTimeSupported()
                    ? THREADS.getCurrentThreadCpuTime()
                    : nanoTime();
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallMs() {
            return System.currentTimeMillis();
        }
    }
}
