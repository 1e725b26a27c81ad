package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.ProcessIdentity;
import otherworld.local.process.Signal;

/**
 * A kubelet that runs each container as a process of this machine. It registers a Node, keeps its
 * Lease, runs the pods bound to it, reports their status and serves their logs. What pods may ask
 * for is in {@link PodRules}; there are no containers, so nothing isolates pods from each other or
 * from the machine.
 *
 * <p>Processes do not outlive the node: {@link #close} ends them, and a start after a crash ends
 * what is left and reports every pod that ran as Failed, for its owner to replace.
 */
public final class LocalNode implements AutoCloseable {
    /** Folders of gone pods that are kept for their logs. */
    static final int KEPT_FOLDERS = 20;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration START_RETRY = Duration.ofMillis(200);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final int REQUEST_LIMIT_MS = 5_000;
    private static final Duration REAP_GRACE = Duration.ofSeconds(5);
    private static final Duration REAP_POLL = Duration.ofMillis(20);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(2);
    private static final Duration JOIN_MARGIN = Duration.ofSeconds(5);
    private static final Logger LOG = LoggerFactory.getLogger(LocalNode.class);

    private final NodeOptions options;
    private final Path podsFolder;
    private final KubernetesClient client;
    private final EventSink events;
    private final KubeletServer server;
    private final NodeObject object;
    private final PodWorker.Node shared;
    private final Map<String, Running> pods = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Pod> informer;
    private final Thread heartbeats;
    private volatile boolean closing;

    private record Running(PodWorker worker, Thread thread) {}

    /**
     * Starts the node; returns when it is registered, Ready, and watches its pods.
     *
     * @throws IllegalStateException if the API server does not take the node within a minute
     */
    public static LocalNode start(NodeOptions options) {
        return start(options, CompletableFuture.completedFuture(null));
    }

    /**
     * The same, and no pod runs before what it is given at its start, such as Secrets, is there.
     *
     * @param given completes when it is
     */
    public static LocalNode start(NodeOptions options, CompletableFuture<?> given) {
        return new LocalNode(options, given, InstantSource.system());
    }

    private LocalNode(NodeOptions options, CompletableFuture<?> given, InstantSource clock) {
        this.options = options;
        this.podsFolder = options.folder().resolve("pods");
        try {
            Files.createDirectories(podsFolder);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + podsFolder, e);
        }
        reap();
        this.client =
                new KubernetesClientBuilder().withConfig(impatient(options.cluster())).build();
        this.events = new EventSink(client, options.name(), clock);
        this.server = new KubeletServer(options.tls(), new Served(), clock);
        this.object = new NodeObject(client, options, server.port(), clock);
        this.shared =
                new PodWorker.Node(
                        new NodeApi(client), events, options.images(), clock, System::nanoTime);
        this.informer =
                client.pods()
                        .inAnyNamespace()
                        .withField("spec.nodeName", options.name())
                        .runnableInformer(0)
                        .addEventHandler(new PodHandler())
                        .exceptionHandler((started, failure) -> !closing);
        this.heartbeats = Thread.ofVirtual().name("node-heartbeats").unstarted(this::beat);
        try {
            register();
            given.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            informer.start()
                    .toCompletableFuture()
                    .get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while the local node started", e);
        } catch (ExecutionException | TimeoutException | KubernetesClientException e) {
            close();
            throw new IllegalStateException(
                    "Node %s was not taken by %s within %d s: %s"
                            .formatted(
                                    options.name(),
                                    options.cluster().getMasterUrl(),
                                    START_LIMIT.toSeconds(),
                                    e.getMessage()),
                    e);
        }
        heartbeats.start();
        LOG.info(
                "Node {} is Ready, kubelet endpoint on {}:{}",
                options.name(),
                PodFields.ADDRESS,
                server.port());
    }

    /**
     * The client's own tries would hold a pod's thread for minutes; the node tries again itself.
     */
    private static Config impatient(Config cluster) {
        return new ConfigBuilder(cluster)
                .withRequestRetryBackoffLimit(0)
                .withConnectionTimeout(REQUEST_LIMIT_MS)
                .withRequestTimeout(REQUEST_LIMIT_MS)
                .build();
    }

    public String name() {
        return options.name();
    }

    /** TCP port of the kubelet endpoint on loopback. */
    public int port() {
        return server.port();
    }

    /**
     * Ends all processes, SIGTERM first, SIGKILL after the pod's grace or the node's stop grace,
     * whichever is shorter; leaves Node and Pod objects as they are. The next start reports those
     * pods as Failed.
     */
    @Override
    public void close() {
        closing = true;
        heartbeats.interrupt();
        informer.stop();
        List<Running> running = new ArrayList<>(pods.values());
        running.forEach(pod -> pod.worker().stop(options.stopGrace()));
        long deadline = System.nanoTime() + options.stopGrace().plus(JOIN_MARGIN).toNanos();
        try {
            for (Running pod : running) {
                if (!pod.thread().join(Duration.ofNanos(deadline - System.nanoTime()))) {
                    pod.thread().interrupt(); // kills what is left
                }
            }
        } catch (InterruptedException e) {
            running.forEach(pod -> pod.thread().interrupt());
            Thread.currentThread().interrupt();
        }
        server.close();
        events.close();
        client.close();
    }

    private final class PodHandler implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            take(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod pod) {
            Running running = pods.get(before.getMetadata().getUid());
            if (!before.getMetadata().getUid().equals(pod.getMetadata().getUid())) {
                if (running != null) {
                    running.worker().removed(); // another pod took the name while nobody watched
                }
                take(pod);
            } else if (running != null) {
                running.worker().updated(pod);
            }
        }

        @Override
        public void onDelete(Pod pod, boolean finalStateUnknown) {
            Running running = pods.get(pod.getMetadata().getUid());
            if (running != null) {
                running.worker().removed();
            }
        }
    }

    private void take(Pod pod) {
        if (closing) {
            return;
        }
        String uid = pod.getMetadata().getUid();
        PodWorker worker = new PodWorker(pod, PodFolder.of(podsFolder, uid), shared, this::ended);
        Thread thread =
                Thread.ofVirtual().name("pod-" + pod.getMetadata().getName()).unstarted(worker);
        if (pods.putIfAbsent(uid, new Running(worker, thread)) == null) {
            thread.start();
        }
    }

    /**
     * Called by a worker at its end. A closing node keeps all folders: their pods may still exist.
     */
    private void ended(PodWorker worker) {
        pods.remove(worker.pod().getMetadata().getUid());
        if (!closing) {
            prune();
        }
    }

    /** Deletes the folders of gone pods but for the newest. */
    private synchronized void prune() {
        List<PodFolder> gone =
                PodFolder.all(podsFolder).stream()
                        .filter(folder -> !pods.containsKey(folder.uid()))
                        .sorted(Comparator.comparing(PodFolder::lastModified).reversed())
                        .toList();
        gone.stream().skip(KEPT_FOLDERS).forEach(PodFolder::delete);
    }

    /** What the kubelet endpoint serves. */
    private final class Served implements KubeletServer.Pods {
        @Override
        public KubeletServer.Lookup log(String namespace, String pod, String container) {
            return findLog(namespace, pod, container);
        }

        @Override
        public Optional<Pod> running(String namespace, String name) {
            return pods.values().stream()
                    .map(Running::worker)
                    .filter(worker -> worker.runs().stream().anyMatch(ContainerRun::isRunning))
                    .map(PodWorker::pod)
                    .filter(pod -> pod.getMetadata().getName().equals(name))
                    .filter(pod -> pod.getMetadata().getNamespace().equals(namespace))
                    .findFirst();
        }
    }

    private KubeletServer.Lookup findLog(String namespace, String name, String container) {
        for (Running running : pods.values()) {
            Pod pod = running.worker().pod();
            if (!pod.getMetadata().getName().equals(name)
                    || !pod.getMetadata().getNamespace().equals(namespace)) {
                continue;
            }
            for (ContainerRun run : running.worker().runs()) {
                if (run.name().equals(container)) {
                    return run.state() instanceof ContainerState.Waiting(String reason, String _)
                                    && !running.worker().folder().started()
                            ? new KubeletServer.Lookup.Absent(
                                    "container \"%s\" in pod \"%s\" is waiting to start: %s"
                                            .formatted(container, name, reason))
                            : new KubeletServer.Lookup.Found(run.log());
                }
            }
        }
        return new KubeletServer.Lookup.Absent(
                "The node runs no container %s of pod %s/%s".formatted(container, namespace, name));
    }

    /** Tries until the API server answers: it may still be starting. */
    private void register() throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                object.register();
                return;
            } catch (KubernetesClientException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LOG.debug("Node not registered yet: {}", e.getMessage());
                Thread.sleep(START_RETRY);
            }
        }
    }

    private void beat() {
        try {
            while (true) {
                try {
                    object.heartbeat();
                } catch (KubernetesClientException e) {
                    LOG.warn("Lease of node {} not renewed: {}", options.name(), e.getMessage());
                }
                Thread.sleep(HEARTBEAT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closing
        }
    }

    /** Ends what a predecessor that crashed left running. */
    private void reap() {
        List<ProcessIdentity> survivors = new ArrayList<>();
        for (PodFolder folder : PodFolder.all(podsFolder)) {
            survivors.addAll(folder.survivors());
        }
        if (survivors.isEmpty()) {
            return;
        }
        LOG.warn("Ending {} processes that a predecessor left: {}", survivors.size(), survivors);
        signal(survivors, Signal.TERMINATE);
        signal(survivors, Signal.CONTINUE); // a stopped process takes no signal but this
        if (!awaitEnd(survivors, REAP_GRACE)) {
            signal(survivors.stream().filter(ProcessIdentity::isAlive).toList(), Signal.KILL);
            awaitEnd(survivors, KILL_LIMIT); // their ports are free for the pods that follow
        }
    }

    private static boolean awaitEnd(List<ProcessIdentity> processes, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (processes.stream().anyMatch(ProcessIdentity::isAlive)) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                Thread.sleep(REAP_POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return true;
    }

    private static void signal(List<ProcessIdentity> processes, Signal signal) {
        for (ProcessIdentity process : processes) {
            signal.toGroup(process.pid());
            signal.toProcess(process.pid());
        }
    }
}
