package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events about pods, written one after the other on a thread of its own. When {@value #CAPACITY}
 * wait, new ones are dropped: events inform people and nothing depends on them. Thread-safe.
 */
final class EventSink implements AutoCloseable {
    static final int CAPACITY = 256;

    /** The API server refuses longer messages. */
    private static final int MAX_MESSAGE = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(EventSink.class);

    private final KubernetesClient client;
    private final String node;
    private final InstantSource clock;
    private final BlockingQueue<Event> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Thread writer;

    enum Type {
        NORMAL("Normal"),
        WARNING("Warning");

        private final String text;

        Type(String text) {
            this.text = text;
        }
    }

    EventSink(KubernetesClient client, String node, InstantSource clock) {
        this.client = client;
        this.node = node;
        this.clock = clock;
        this.writer = Thread.ofVirtual().name("node-events").start(this::write);
    }

    void emit(Pod pod, Type type, String reason, String message) {
        LOG.info(
                "Pod {}/{}: {}: {}",
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                reason,
                message);
        String now = PodStatuses.time(clock.instant());
        Event event =
                new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(pod.getMetadata().getName() + ".")
                        .withNamespace(pod.getMetadata().getNamespace())
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withApiVersion("v1")
                        .withKind("Pod")
                        .withName(pod.getMetadata().getName())
                        .withNamespace(pod.getMetadata().getNamespace())
                        .withUid(pod.getMetadata().getUid())
                        .endInvolvedObject()
                        .withType(type.text)
                        .withReason(reason)
                        .withMessage(
                                message.length() <= MAX_MESSAGE
                                        ? message
                                        : message.substring(0, MAX_MESSAGE - 1) + "…")
                        .withNewSource("otherworld-local-node", node)
                        .withFirstTimestamp(now)
                        .withLastTimestamp(now)
                        .withCount(1)
                        .build();
        if (!queue.offer(event)) {
            LOG.warn("Event dropped: {} wait already", CAPACITY);
        }
    }

    @Override
    public void close() {
        writer.interrupt();
    }

    private void write() {
        try {
            while (true) {
                Event event = queue.take();
                try {
                    client.resource(event).create();
                } catch (KubernetesClientException e) {
                    LOG.warn("Event not written: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }
}
