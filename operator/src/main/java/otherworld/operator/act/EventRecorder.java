package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.operator.decisions.DecisionBook;

/**
 * Tells people what happened to a World, in its namespace's Events. The same reason and message
 * within ten minutes is one Event whose count grows, written at most once a second. An Event that
 * cannot be written is logged and dropped: nothing depends on it. Thread-safe.
 */
public final class EventRecorder {
    /** Events that are remembered in order to count them up. */
    public static final int MAX_REMEMBERED = 1024;

    /** What kind of news it is. */
    public enum Type {
        Normal,
        Warning
    }

    private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
    private static final Duration AGGREGATE_FOR = Duration.ofMinutes(10);
    private static final Duration WRITE_EVERY = Duration.ofSeconds(1);

    private record Key(String worldUid, String reason, String message) {}

    private record Seen(String name, Instant first, int count, Instant written) {}

    private final KubernetesClient client;
    private final InstantSource clock;
    private final DecisionBook decisions;
    private final Map<Key, Seen> seen =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, Seen> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            };

    /**
     * @param decisions where all of it is kept, too
     */
    public EventRecorder(KubernetesClient client, InstantSource clock, DecisionBook decisions) {
        this.client = client;
        this.decisions = decisions;
        this.clock = clock;
    }

    /** Of the whole World. */
    public void record(World world, Type type, String reason, String message) {
        record(world, type, reason, Subject.WORLD, message);
    }

    /**
     * @param subject what of the World it is about, for those who look back
     */
    void record(World world, Type type, String reason, Subject subject, String message) {
        decisions.told(
                world, type == Type.Warning, reason, subject.instance(), subject.pod(), message);
        Key key = new Key(world.getMetadata().getUid(), reason, message);
        Instant now = clock.instant();
        Seen before;
        Seen after;
        synchronized (seen) {
            before = seen.get(key);
            if (before != null && before.first().plus(AGGREGATE_FOR).isBefore(now)) {
                before = null;
            }
            boolean tooSoon = before != null && before.written().plus(WRITE_EVERY).isAfter(now);
            after =
                    before == null
                            ? new Seen(
                                    world.getMetadata().getName() + "." + UUID.randomUUID(),
                                    now,
                                    1,
                                    now)
                            : new Seen(
                                    before.name(),
                                    before.first(),
                                    before.count() + 1,
                                    tooSoon ? before.written() : now);
            seen.put(key, after);
            if (tooSoon) {
                return;
            }
        }
        write(world, type, key, after, before == null);
    }

    private void write(World world, Type type, Key key, Seen seen, boolean fresh) {
        // With the Event itself at hand the client need not read it first, which it may not.
        var event =
                client.v1()
                        .events()
                        .inNamespace(world.getMetadata().getNamespace())
                        .resource(event(world, type, key, seen));
        try {
            if (fresh) {
                event.create();
            } else {
                event.patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(
                                Map.of(
                                        "count",
                                        seen.count(),
                                        "lastTimestamp",
                                        text(seen.written()))));
            }
        } catch (KubernetesClientException e) {
            synchronized (this.seen) {
                this.seen.remove(key); // the API server has deleted it, perhaps: the next is anew
            }
            log.debug("Event {} of {} was not written", key.reason(), world, e);
        }
    }

    private static Event event(World world, Type type, Key key, Seen seen) {
        return new EventBuilder()
                .withNewMetadata()
                .withName(seen.name())
                .withNamespace(world.getMetadata().getNamespace())
                .endMetadata()
                .withInvolvedObject(
                        new ObjectReferenceBuilder()
                                .withApiVersion(world.getApiVersion())
                                .withKind(world.getKind())
                                .withName(world.getMetadata().getName())
                                .withNamespace(world.getMetadata().getNamespace())
                                .withUid(world.getMetadata().getUid())
                                .build())
                .withType(type.name())
                .withReason(key.reason())
                .withMessage(key.message())
                .withNewSource()
                .withComponent("otherworld-operator")
                .endSource()
                .withFirstTimestamp(text(seen.first()))
                .withLastTimestamp(text(seen.written()))
                .withCount(seen.count())
                .build();
    }

    private static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
