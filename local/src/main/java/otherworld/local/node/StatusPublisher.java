package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one pod's status to the API server on a thread of its own, so that a slow or absent server
 * never delays what the node does to processes. Holds the latest status only: a newer one replaces
 * one that was not written yet. Tries without end, with a capped pause. Thread-safe.
 */
final class StatusPublisher implements Runnable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
    private static final Logger LOG = LoggerFactory.getLogger(StatusPublisher.class);

    private final Pod pod;
    private final NodeApi api;
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable PodStatus wanted;
    private @Nullable PodStatus written;
    private boolean delete;

    StatusPublisher(Pod pod, NodeApi api) {
        this.pod = pod;
        this.api = api;
    }

    synchronized void publish(PodStatus status) {
        wanted = status;
        notifyAll();
    }

    /** Deletes the pod's object once the latest status is written. */
    synchronized void thenDelete() {
        delete = true;
        notifyAll();
    }

    /** Stops; what is not written yet stays unwritten. */
    synchronized void close() {
        closed.countDown();
        notifyAll();
    }

    /** Returns when closed, when the object is deleted, or when it turns out to be gone. */
    @Override
    public void run() {
        Duration pause = FIRST_PAUSE;
        try {
            for (Step step = next(); step != Step.STOP; step = next()) {
                NodeApi.Outcome outcome =
                        switch (step) {
                            case WRITE -> write();
                            case DELETE -> api.deleteNow(pod);
                            case STOP -> throw new IllegalStateException();
                        };
                switch (outcome) {
                    case NodeApi.Outcome.Done() -> {
                        pause = FIRST_PAUSE;
                        if (step == Step.DELETE) {
                            return;
                        }
                    }
                    case NodeApi.Outcome.Gone() -> {
                        return;
                    }
                    case NodeApi.Outcome.Failed(String message) -> {
                        LOG.warn("Status of pod {} not written: {}", name(), message);
                        if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                            return;
                        }
                        Duration doubled = pause.multipliedBy(2);
                        pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private enum Step {
        WRITE,
        DELETE,
        STOP
    }

    private synchronized Step next() throws InterruptedException {
        while (true) {
            if (closed.getCount() == 0) {
                return Step.STOP;
            }
            if (wanted != null && !Objects.equals(wanted, written)) {
                return Step.WRITE;
            }
            if (delete) {
                return Step.DELETE;
            }
            wait();
        }
    }

    private NodeApi.Outcome write() {
        PodStatus status;
        synchronized (this) {
            status = Objects.requireNonNull(wanted);
        }
        NodeApi.Outcome outcome = api.writeStatus(pod, status);
        if (outcome instanceof NodeApi.Outcome.Done) {
            synchronized (this) {
                written = status;
            }
        }
        return outcome;
    }

    private String name() {
        return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
    }
}
