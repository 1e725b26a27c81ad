package otherworld.local.controlplane;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import otherworld.local.controlplane.ControlPlaneOptions.Component;
import otherworld.local.files.MadeOnce;
import otherworld.local.files.Trees;
import otherworld.local.node.KubeletTls;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;
import otherworld.local.process.Signal;
import otherworld.local.process.StartFailed;

/**
 * etcd and kube-apiserver on loopback with TLS and RBAC, and on demand the scheduler and the few
 * controllers that need no cloud. Thread-safe.
 */
public final class ControlPlane implements AutoCloseable {
    /** Of the one Node that may use {@link #nodeKubeconfig}. */
    public static final String NODE_NAME = Credentials.NODE_NAME;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration ETCD_STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(2);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

    /**
     * Written last of what RBAC begins with, when an API server first meets its etcd: where it is,
     * everybody's rights are.
     */
    static final String BEGUN =
            "/apis/rbac.authorization.k8s.io/v1/namespaces/kube-system/rolebindings/system::leader-locking-kube-scheduler";

    /** Who waits for these waits a second more: they look once a second, and find all as it was. */
    private static final String SERVES =
            "/readyz?exclude=poststarthook/rbac/bootstrap-roles&exclude=poststarthook/scheduling/bootstrap-system-priority-classes";

    private static @Nullable ControlPlane shared;

    private final ControlPlaneOptions options;
    private final Optional<Path> temporary;
    private final Pki pki;
    private final Credentials credentials;
    private final KubeAssets assets;
    private final HttpClient probe;
    private final Service etcd;
    private final Service apiServer;
    private final List<Service> extras = new ArrayList<>();

    private ControlPlane(ControlPlaneOptions options, Optional<Path> temporary, MadeOnce once) {
        this.options = options;
        this.temporary = temporary;
        this.assets =
                KubeAssets.find(
                        options.components().isEmpty() ? KubeAssets.Set.CORE : KubeAssets.Set.ALL);
        this.pki = pki(options.folder(), once);
        this.credentials = credentials(options.folder(), pki, options.ports().api(), once);
        this.probe =
                HttpClient.newBuilder()
                        .sslContext(ClusterTls.clientContext(pki.read("ca.crt")))
                        .connectTimeout(PROBE_TIMEOUT)
                        .build();
        ControlPlaneCommands commands = new ControlPlaneCommands(options, assets, pki, credentials);
        this.etcd =
                service(
                        "etcd",
                        commands.etcd(),
                        () -> true,
                        "http://127.0.0.1:%d/health".formatted(options.ports().etcdHealth()));
        // Without etcd it cannot answer for etcd; to start it again would only take it away for
        // longer.
        this.apiServer =
                service(
                        "kube-apiserver",
                        commands.apiServer(),
                        this::isReady,
                        url() + "/livez?exclude=etcd");
        if (options.components().contains(Component.SCHEDULER)) {
            extras.add(
                    service(
                            "kube-scheduler",
                            commands.scheduler(),
                            () -> true,
                            health(options.ports().schedulerHealth())));
        }
        if (options.components().contains(Component.CONTROLLERS)) {
            extras.add(
                    service(
                            "kube-controller-manager",
                            commands.controllers(),
                            () -> true,
                            health(options.ports().controllersHealth())));
        }
    }

    /** A control plane of its own on free ports; its data goes with {@link #close}. */
    public static ControlPlane start(Component... components) {
        Path folder = Trees.temporary("kube");
        ControlPlane plane =
                new ControlPlane(
                        new ControlPlaneOptions(
                                folder,
                                folder,
                                ControlPlaneOptions.Ports.free(),
                                Set.of(components),
                                false),
                        Optional.of(folder),
                        MadeOnce.untold());
        return plane.startAll();
    }

    /** A control plane that keeps its data. */
    public static ControlPlane start(ControlPlaneOptions options) {
        return prepare(options, MadeOnce.untold()).startAll();
    }

    /** Keys and commands, nothing started yet; for a supervisor that starts each part itself. */
    public static ControlPlane prepare(ControlPlaneOptions options, MadeOnce once) {
        return new ControlPlane(options, Optional.empty(), once);
    }

    /**
     * One control plane, without scheduler and controllers, for all tests of this JVM that do not
     * stop it; it ends with the JVM. Tests keep apart by namespaces.
     */
    public static synchronized ControlPlane shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    private static Pki pki(Path folder, MadeOnce once) {
        return Pki.in(Trees.makePrivate(folder).resolve("pki"), once);
    }

    private static Credentials credentials(Path folder, Pki pki, int apiPort, MadeOnce once) {
        return Credentials.in(Trees.makePrivate(folder.resolve("users")), pki, apiPort, once);
    }

    /** Makes the keys and tokens that are missing in {@code folder}, and starts nothing. */
    public static void makeKeys(Path folder, int apiPort, MadeOnce once) {
        credentials(folder, pki(folder, once), apiPort, once);
    }

    /** Where etcd keeps its data in {@link ControlPlaneOptions#folder}. */
    public static Path etcdData(Path folder) {
        return folder.resolve("etcd");
    }

    /** Of a cluster administrator. */
    public Path kubeconfig() {
        return credentials.kubeconfig("admin");
    }

    /** Of the node {@code local}: may do what a kubelet may. */
    public Path nodeKubeconfig() {
        return credentials.kubeconfig("node");
    }

    /** Of the user {@code otherworld-operator}, who may do nothing until a role is bound. */
    public Path operatorKubeconfig() {
        return credentials.kubeconfig("operator");
    }

    /** Of the user {@code otherworld-prometheus}, as the operator's. */
    public Path prometheusKubeconfig() {
        return credentials.kubeconfig("prometheus");
    }

    public String url() {
        return "https://127.0.0.1:" + options.ports().api();
    }

    /** For the log server of the node. */
    public KubeletTls kubeletTls() {
        return new KubeletTls(
                pki.read("kubelet.crt"), pki.read("kubelet.key"), pki.read("kubelet-ca.crt"));
    }

    public Path kubectl() {
        return Path.of(assets.program("kubectl"));
    }

    public Service etcd() {
        return etcd;
    }

    public Service apiServer() {
        return apiServer;
    }

    /**
     * Starts the API server, which waits for etcd.
     *
     * @throws StartFailed with etcd's log if it waited in vain
     */
    public void startApiServer() {
        try {
            apiServer.start();
        } catch (StartFailed e) {
            if (etcd.isAlive() && etcd.isResponsive()) {
                throw e;
            }
            throw StartFailed.withLog(
                    "etcd does not answer, and kube-apiserver cannot start without it", etcd.log());
        }
    }

    /** The scheduler and the controllers, as far as asked for. */
    public List<Service> extras() {
        return List.copyOf(extras);
    }

    /** Stops all; a temporary one's data is deleted. Idempotent. */
    @Override
    public void close() {
        extras.forEach(Service::stop);
        apiServer.stop();
        etcd.stop();
        temporary.ifPresent(Trees::delete);
    }

    /** The API server waits for etcd itself: they start side by side. */
    private ControlPlane startAll() {
        try {
            etcd.start();
            apiServer.start();
            extras.forEach(Service::start);
            return this;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private Service service(
            String name, List<String> command, BooleanSupplier ready, String health) {
        // The API server would wait for its watchers to leave; all it acknowledged is in etcd.
        Duration stopLimit = name.equals("etcd") ? ETCD_STOP_LIMIT : STOP_LIMIT;
        Path log = options.logs().resolve(name + ".log");
        return new Service(
                ProcessSpec.of(name, options.folder(), log, command),
                log,
                new Service.Limits(START_LIMIT, Signal.TERMINATE, stopLimit),
                ready,
                // Whatever it says of those it depends on: it answers.
                () -> status(health) != 0);
    }

    private static String health(int port) {
        return "https://127.0.0.1:%d/healthz".formatted(port);
    }

    /** Ready, or as good as that on the data of an earlier start. */
    private boolean isReady() {
        return status(url() + SERVES) == 200
                && (status(url() + BEGUN) == 200 || status(url() + "/readyz") == 200);
    }

    /** 0 without an answer. */
    private int status(String url) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(PROBE_TIMEOUT);
            if (url.startsWith(url())) {
                request.header("Authorization", "Bearer " + credentials.adminToken());
            }
            return probe.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }
}
