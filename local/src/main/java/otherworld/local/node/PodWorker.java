package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.FreePorts;

/**
 * Owns one pod from the moment it is bound to this node until its object is gone: starts its
 * containers, probes them, reports, ends them. A container that fails its probes ends the pod. One
 * thread runs it; others only leave messages.
 */
final class PodWorker implements Runnable {
    static final String NODE_RESTARTED = "NodeRestarted";
    static final String HOST_PORT_TAKEN = "HostPortTaken";
    static final String CONFIG_ERROR = "CreateContainerConfigError";

    /** Between two tries to resolve a container's environment. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** For a pod whose object vanished without the first step of a deletion. */
    private static final Duration GONE_GRACE = Duration.ofSeconds(2);

    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);
    private static final long NEVER = Long.MAX_VALUE;
    private static final Logger LOG = LoggerFactory.getLogger(PodWorker.class);

    /** What other threads tell the worker. */
    private sealed interface Message {
        /** One of the volatile fields changed; at most one of these waits. */
        record Look() implements Message {}

        /** At most one for each container. */
        record Exited(ContainerRun run, int exitCode) implements Message {}

        /** At most one for each container and kind of probe. */
        record Probed(ContainerRun run, ContainerProbes.Kind kind, HttpProbe.Result result)
                implements Message {}
    }

    /** What all pods of a node share. */
    record Node(
            NodeApi api,
            EventSink events,
            ImageCommands images,
            InstantSource clock,
            LongSupplier nanos) {}

    private final Node node;
    private final PodFolder folder;
    private final Consumer<PodWorker> onEnd;
    private final StatusPublisher publisher;
    private final List<ContainerRun> runs = new ArrayList<>();
    private final BlockingQueue<Message> mailbox;
    private final AtomicBoolean lookWaits = new AtomicBoolean();
    private final Instant startTime;
    private final boolean alreadyTerminal;

    private volatile Pod pod;
    private volatile boolean removed;
    private volatile @Nullable Duration stopGrace;

    private List<PodCondition> conditions;
    private PodStatuses.@Nullable Failure failure;
    private boolean refused;
    private boolean ending;
    private long killAtNs = NEVER;
    private long retryAtNs;

    PodWorker(Pod pod, PodFolder folder, Node node, Consumer<PodWorker> onEnd) {
        this.pod = pod;
        this.folder = folder;
        this.node = node;
        this.onEnd = onEnd;
        this.publisher = new StatusPublisher(pod, node.api());
        this.startTime = node.clock().instant();
        this.conditions = pod.getStatus() == null ? List.of() : pod.getStatus().getConditions();
        this.alreadyTerminal = PodStatuses.terminal(pod);
        for (Container container : pod.getSpec().getContainers()) {
            runs.add(new ContainerRun(pod, container, folder, node.clock()));
        }
        int messagesPerContainer = 1 + ContainerProbes.Kind.values().length;
        this.mailbox = new ArrayBlockingQueue<>(1 + runs.size() * messagesPerContainer);
        this.retryAtNs = alreadyTerminal ? NEVER : node.nanos().getAsLong();
    }

    Pod pod() {
        return pod;
    }

    PodFolder folder() {
        return folder;
    }

    /** For the log server; any thread. */
    List<ContainerRun> runs() {
        return List.copyOf(runs);
    }

    /** The pod's object changed. Any thread. */
    void updated(Pod newer) {
        pod = newer;
        look();
    }

    /** The pod's object is gone. Any thread. */
    void removed() {
        removed = true;
        look();
    }

    /** The node stops: ends the processes and leaves the object as it is. Any thread. */
    void stop(Duration grace) {
        stopGrace = grace;
        look();
    }

    @Override
    public void run() {
        Thread publishing = Thread.ofVirtual().name("status-" + name()).start(publisher);
        try {
            if (!alreadyTerminal) {
                admit();
            }
            while (!finished()) {
                advance(node.nanos().getAsLong());
                await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("Pod {} is no longer looked after", name(), e);
        } finally {
            runs.forEach(ContainerRun::kill);
            publisher.close();
            publishing.interrupt();
            onEnd.accept(this);
        }
    }

    /** Decides once whether this pod may run here at all. */
    private void admit() {
        if (folder.started() || wasRunning()) {
            failure =
                    new PodStatuses.Failure(
                            NODE_RESTARTED,
                            "The node restarted and ended the pod's processes; its owner replaces it",
                            true);
            Instant now = node.clock().instant();
            runs.forEach(run -> run.lost(now, NODE_RESTARTED));
            node.events().emit(pod, EventSink.Type.WARNING, failure.reason(), failure.message());
            return;
        }
        List<String> refusals = PodRules.refusals(pod, node.images());
        if (!refusals.isEmpty()) {
            refuse(PodRules.REASON, String.join("; ", refusals));
        }
    }

    private boolean wasRunning() {
        return pod.getStatus() != null && PodStatuses.RUNNING.equals(pod.getStatus().getPhase());
    }

    private void refuse(String reason, String message) {
        refused = true;
        failure = new PodStatuses.Failure(reason, message, false);
        node.events().emit(pod, EventSink.Type.WARNING, reason, message);
    }

    private boolean finished() {
        return !anyRunning() && (removed || stopGrace != null);
    }

    private boolean anyRunning() {
        return runs.stream().anyMatch(ContainerRun::isRunning);
    }

    /** One turn: everything that is due now, then what came of it is reported. */
    private void advance(long nowNs) {
        if (alreadyTerminal) {
            deleteIfAsked();
            return;
        }
        endIfAsked(nowNs);
        if (!ending && failure == null && nowNs >= retryAtNs) {
            startWaiting(nowNs);
        }
        for (ContainerRun run : runs) {
            run.probes().ifPresent(probes -> probe(run, probes, nowNs));
        }
        if (nowNs >= killAtNs) {
            runs.forEach(ContainerRun::kill);
            killAtNs = NEVER;
        }
        if (stopGrace == null && !removed) {
            publish();
            if (!anyRunning()) {
                deleteIfAsked();
            }
        }
    }

    private void deleteIfAsked() {
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            publisher.thenDelete();
        }
    }

    private void endIfAsked(long nowNs) {
        Duration stopping = stopGrace;
        if (stopping != null) {
            publisher.close();
            end(shorter(stopping, grace()), nowNs, false);
        } else if (removed) {
            end(GONE_GRACE, nowNs, false);
        } else if (pod.getMetadata().getDeletionTimestamp() != null) {
            Long seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
            end(seconds == null ? grace() : Duration.ofSeconds(seconds), nowNs, true);
        }
    }

    /**
     * Ends all containers; called again it can only shorten the grace.
     *
     * @param hooks whether containers have theirs first: not when the node itself stops
     */
    private void end(Duration grace, long nowNs, boolean hooks) {
        if (!ending) {
            ending = true;
            for (ContainerRun run : runs) {
                if (run.isRunning()) {
                    node.events()
                            .emit(
                                    pod,
                                    EventSink.Type.NORMAL,
                                    "Killing",
                                    "Stopping container %s within %d s"
                                            .formatted(run.name(), grace.toSeconds()));
                } else if (run.exitCode().isEmpty()) {
                    run.lost(node.clock().instant(), "DeletedBeforeStart");
                }
                if (hooks) {
                    run.preStop()
                            .ifPresent(why ->
                                    node.events()
                                            .emit(
                                                    pod,
                                                    EventSink.Type.WARNING,
                                                    "FailedPreStopHook",
                                                    why));
                }
                run.terminate();
            }
            killAtNs = nowNs + grace.toNanos();
        } else if (killAtNs != NEVER) {
            killAtNs = Math.min(killAtNs, nowNs + grace.toNanos());
        }
    }

    private Duration grace() {
        Long seconds = pod.getSpec().getTerminationGracePeriodSeconds();
        return seconds == null ? DEFAULT_GRACE : Duration.ofSeconds(seconds);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private void startWaiting(long nowNs) {
        retryAtNs = NEVER;
        if (runs.stream().allMatch(run -> run.state() instanceof ContainerState.Waiting)) {
            OptionalInt taken = takenPort();
            if (taken.isPresent()) {
                refuse(
                        HOST_PORT_TAKEN,
                        "Port %d is already in use on this machine".formatted(taken.getAsInt()));
                return;
            }
        }
        for (ContainerRun run : runs) {
            if (run.state() instanceof ContainerState.Waiting waiting) {
                start(run, waiting, nowNs);
            }
        }
    }

    private void start(ContainerRun run, ContainerState.Waiting before, long nowNs) {
        switch (resolve(run.spec())) {
            case PodEnvironment.Resolution.Missing(String message) -> {
                if (!message.equals(before.message())) {
                    node.events().emit(pod, EventSink.Type.WARNING, "Failed", message);
                }
                run.waiting(CONFIG_ERROR, message);
                retryAtNs = nowNs + RETRY.toNanos();
            }
            case PodEnvironment.Resolution.Resolved resolved -> {
                run.prepare();
                run.start(
                        node.images(),
                        resolved,
                        nowNs,
                        exitCode -> mailbox.add(new Message.Exited(run, exitCode)));
                if (run.isRunning()) {
                    started(run);
                } else if (run.state() instanceof ContainerState.Ended ended) {
                    node.events()
                            .emit(pod, EventSink.Type.WARNING, ended.reason(), ended.message());
                }
            }
        }
    }

    /** As a kubelet tells it, to people and to tools that look for these reasons. */
    private void started(ContainerRun run) {
        say(
                "Pulled",
                "Container image \"%s\" is a program of this machine"
                        .formatted(run.spec().getImage()));
        say("Created", "Created container: " + run.name());
        say("Started", "Started container " + run.name());
    }

    private void say(String reason, String message) {
        node.events().emit(pod, EventSink.Type.NORMAL, reason, message);
    }

    private PodEnvironment.Resolution resolve(Container container) {
        try {
            return PodEnvironment.resolve(pod, container, node.api());
        } catch (KubernetesClientException e) {
            return new PodEnvironment.Resolution.Missing("not readable: " + e.getMessage());
        }
    }

    /** The first host port of the pod that another process listens on. */
    private OptionalInt takenPort() {
        return runs.stream()
                .flatMap(run -> run.spec().getPorts().stream())
                .filter(port -> port.getHostPort() != null && port.getHostPort() > 0)
                .filter(port -> !isFree(port))
                .mapToInt(ContainerPort::getHostPort)
                .findFirst();
    }

    private static boolean isFree(ContainerPort port) {
        if (!"UDP".equals(port.getProtocol())) {
            return FreePorts.isFree(port.getHostPort());
        }
        try (var _ = new DatagramSocket(port.getHostPort(), InetAddress.getLoopbackAddress())) {
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    private void probe(ContainerRun run, ContainerProbes probes, long nowNs) {
        for (ContainerProbes.Kind kind : probes.due(nowNs)) {
            ProbeSettings settings = probes.settings(kind);
            Thread.ofVirtual()
                    .start(() ->
                            // Of a process that has ended there is another message.
                            run.ask(settings, kind == ContainerProbes.Kind.STARTUP)
                                    .ifPresent(result ->
                                            mailbox.add(new Message.Probed(run, kind, result))));
        }
    }

    private void await() throws InterruptedException {
        if (finished()) {
            return;
        }
        long wakeNs = Math.min(killAtNs, failure == null && !ending ? retryAtNs : NEVER);
        for (ContainerRun run : runs) {
            long dueNs = run.probes().map(probes -> probes.nextDueNs().orElse(NEVER)).orElse(NEVER);
            wakeNs = Math.min(wakeNs, dueNs);
        }
        Message first =
                wakeNs == NEVER
                        ? mailbox.take()
                        : mailbox.poll(
                                Math.max(0, wakeNs - node.nanos().getAsLong()),
                                TimeUnit.NANOSECONDS);
        for (Message message = first; message != null; message = mailbox.poll()) {
            handle(message);
        }
    }

    private void handle(Message message) {
        switch (message) {
            case Message.Look() -> lookWaits.set(false);
            case Message.Exited(ContainerRun run, int exitCode) -> {
                run.exited(exitCode);
                String reason = run.killReason();
                if (reason != null) {
                    failure = new PodStatuses.Failure("Unhealthy", reason, false);
                }
                LOG.info("Pod {}: container {} ended with {}", name(), run.name(), exitCode);
            }
            case Message.Probed(ContainerRun run, ContainerProbes.Kind kind, var result) ->
                    run.probes().ifPresent(probes -> probed(run, probes, kind, result));
        }
    }

    private void probed(
            ContainerRun run,
            ContainerProbes probes,
            ContainerProbes.Kind kind,
            HttpProbe.Result result) {
        long nowNs = node.nanos().getAsLong();
        boolean wasReady = probes.ready();
        switch (probes.result(kind, result.success(), nowNs)) {
            case ContainerProbes.Verdict.Nothing() -> {}
            case ContainerProbes.Verdict.Changed() -> {
                run.probed();
                if (wasReady && !probes.ready()) {
                    unhealthy(kind, result);
                }
            }
            case ContainerProbes.Verdict.Kill(ContainerProbes.Kind failed) -> {
                unhealthy(failed, result);
                run.killedBecause(failed + " probe failed: " + result.message());
                end(grace(), nowNs, true);
            }
        }
    }

    private void unhealthy(ContainerProbes.Kind kind, HttpProbe.Result result) {
        node.events()
                .emit(
                        pod,
                        EventSink.Type.WARNING,
                        "Unhealthy",
                        kind + " probe failed: " + result.message());
    }

    private void publish() {
        List<ContainerState> states =
                refused ? List.of() : runs.stream().map(ContainerRun::state).toList();
        PodStatus status =
                PodStatuses.of(
                        new PodStatuses.View(pod, startTime, states, failure),
                        conditions,
                        node.clock().instant());
        conditions = status.getConditions();
        publisher.publish(status);
    }

    private void look() {
        if (lookWaits.compareAndSet(false, true)) {
            mailbox.add(new Message.Look());
        }
    }

    private String name() {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }
}
