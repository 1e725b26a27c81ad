package otherworld.operator;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.operator.act.OperatorCatalogue;
import otherworld.operator.act.OperatorMetrics;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.observe.Sources;
import otherworld.operator.page.PageServer;
import otherworld.operator.stored.WorldCloner;
import otherworld.ops.Health;
import otherworld.ops.ManagementServer;
import otherworld.ops.PortTaken;
import otherworld.ops.audit.AuditLog;

/** The running operator: controller, matchmaker stream, and HTTP for health and metrics. */
public final class OperatorProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OperatorProcess.class);
    private static final Duration WAIT_FOR_CRD = Duration.ofSeconds(60);
    private static final Duration CRD_EVERY = Duration.ofMillis(100);
    private static final int RECONCILE_THREADS = 8;

    private final OperatorSettings settings;
    private final KubernetesClient client;
    private final Operator operator;
    private final ManagementServer management;
    private final AtomicReference<@Nullable OperatorParts> parts = new AtomicReference<>();
    private final Leadership leadership;
    private final Optional<PageServer> page;
    private final InternalPeers peers;
    private final ApiProbe probe;
    private volatile boolean started;

    private OperatorProcess(
            OperatorSettings settings,
            KubernetesClient client,
            PrometheusRegistry registry,
            InternalPeers peers,
            InstantSource clock,
            AuditLog audit,
            Runnable leaseLost)
            throws PortTaken {
        this.peers = peers;
        this.settings = settings;
        this.client = client;
        this.leadership = new Leadership(settings.election(), leaseLost);
        OperatorMetrics metrics = new OperatorMetrics(registry);
        OperatorCatalogue.LEADING.register(
                registry, gauge -> gauge.call(started && leadership.leads() ? 1 : 0));
        WorldReconciler reconciler =
                new WorldReconciler((pods, budgets, demand, worlds) -> {
                    OperatorParts made =
                            OperatorParts.create(
                                    settings, client, metrics, peers, clock, audit, pods, budgets,
                                    demand, worlds);
                    parts.set(made);
                    return made;
                });
        WorldController controller = new WorldController(client, reconciler);
        // Once: the framework configures itself more than once.
        QueueMetrics queue =
                new QueueMetrics(registry, clock, reconciler::concerns, controller::gone);
        WorldCloner cloner = new WorldCloner(client.getKubernetesSerialization());
        this.operator =
                new Operator(config -> {
                    config.withKubernetesClient(client)
                            .withCloseClientOnStop(false)
                            .withResourceCloner(cloner)
                            .withMetrics(queue)
                            .withConcurrentReconciliationThreads(RECONCILE_THREADS);
                    leadership.configuration().ifPresent(config::withLeaderElectionConfiguration);
                });
        operator.register(
                controller,
                config -> {
                    // Secrets are asked for, not watched.
                    config.withReconciliationMaxInterval(Sources.ASK_EVERY);
                    config.withRetry(
                            new GenericRetry()
                                    .setInitialInterval(500)
                                    .setIntervalMultiplier(2)
                                    .setMaxInterval(30_000)
                                    .setMaxAttempts(-1));
                    if (settings.watchNamespaces().isEmpty()) {
                        config.watchingAllNamespaces();
                    } else {
                        config.settingNamespaces(settings.watchNamespaces());
                    }
                });
        this.management =
                ManagementServer.start(settings.management(), registry, Health::up, this::ready);
        this.page = page(clock);
        this.probe = new ApiProbe(client, registry, this::listOneWorld);
    }

    private Optional<PageServer> page(InstantSource clock) throws PortTaken {
        if (!settings.page().enabled()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    PageServer.start(
                            settings.page(), new OperatorFleet(leadership, parts::get), clock));
        } catch (PortTaken e) {
            management.close();
            throw e;
        }
    }

    /**
     * Returns once Worlds are being reconciled, or, with leader election, once it stands by.
     *
     * @param client not closed by the process
     * @param audit hears what of Worlds and their pods was changed
     * @param leaseLost another replica may lead from now on: end this process; called once at most,
     *     from any thread, and not by {@link #close}
     * @throws PortTaken if it cannot listen where it should
     */
    public static OperatorProcess start(
            OperatorSettings settings,
            KubernetesClient client,
            PrometheusRegistry registry,
            InstantSource clock,
            AuditLog audit,
            Runnable leaseLost)
            throws PortTaken {
        InternalPeers peers = InternalPeers.of(settings, client, registry, clock);
        OperatorProcess process =
                new OperatorProcess(settings, client, registry, peers, clock, audit, leaseLost);
        try {
            peers.start(process.leadership::leads, process::namespaces);
            process.awaitWorldType();
            process.operator.start();
            process.started = true;
            return process;
        } catch (RuntimeException e) {
            process.close();
            new Unattended(client, settings, clock).say(String.valueOf(rootCause(e).getMessage()));
            throw e;
        }
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Of Worlds, as far as was heard. */
    private Set<String> namespaces() {
        OperatorParts made = parts.get();
        return made == null
                ? Set.of()
                : made.everyWorld()
                        .get()
                        .map(world -> world.getMetadata().getNamespace())
                        .collect(Collectors.toSet());
    }

    public int managementPort() {
        return management.port();
    }

    /** Where the page for people is; empty if there is none. */
    public OptionalInt pagePort() {
        return page.isPresent() ? OptionalInt.of(page.get().port()) : OptionalInt.empty();
    }

    @Override
    public void close() {
        probe.close();
        page.ifPresent(PageServer::close);
        leadership.resign();
        operator.stop();
        leadership.giveBack(client);
        OperatorParts made = parts.get();
        if (made != null) {
            made.close();
        }
        peers.close();
        management.close();
    }

    private Health ready() {
        if (!started) {
            return Health.down("Waiting for the API server and the World type");
        }
        return operator.getRuntimeInfo().allEventSourcesAreHealthy()
                ? Health.up()
                : Health.down("A watch of the API server is broken and being renewed");
    }

    // The API server and the CRD may come up after the operator: everything starts at once.
    private void awaitWorldType() {
        long deadline = System.nanoTime() + WAIT_FOR_CRD.toNanos();
        boolean said = false;
        while (true) {
            try {
                listOneWorld(client);
                return;
            } catch (KubernetesClientException e) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "No Worlds can be listed at %s: is the API server up, is the CRD there (kubectl apply -f worlds.otherworld.dev-v1.yml), may the operator list worlds? %s"
                                    .formatted(client.getMasterUrl(), e.getMessage()),
                            e);
                }
                if (!said) {
                    log.info("Waiting for the World type: {}", e.getMessage());
                    said = true;
                }
            }
            try {
                Thread.sleep(CRD_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted while waiting for the World type", e);
            }
        }
    }

    private void listOneWorld(KubernetesClient asked) {
        var worlds = asked.resources(World.class);
        ListOptions one = new ListOptionsBuilder().withLimit(1L).build();
        var _ =
                settings.watchNamespaces().isEmpty()
                        ? worlds.inAnyNamespace().list(one)
                        : worlds.inNamespace(settings.watchNamespaces().iterator().next())
                                .list(one);
    }
}
