package otherworld.ops.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import otherworld.ops.JsonText;
import otherworld.ops.audit.AuditEvent.Change;

/**
 * Writes audit events, one JSON object a line, through the logger {@value #LOGGER}, which {@code
 * otherworld.ops.log} writes as they are and whatever the log's level is. Each line has the digest
 * of itself and of the one before it, so that a line which was altered or taken out shows ({@link
 * AuditTrail}). Thread-safe.
 */
public final class AuditLog {
    public static final String LOGGER = "otherworld.audit";

    /** Of the fields; a field that is added does not change it. */
    public static final int SCHEMA = 1;

    private static volatile AuditLog current = of("");

    private final Consumer<String> out;
    private final InstantSource clock;
    private final String process;
    private final String host;
    private final String run;
    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by `lock`.
    private long sequence;
    private String chain = "";

    /**
     * @param process such as operator
     * @param host name of its pod, or of its machine
     */
    public AuditLog(Consumer<String> out, InstantSource clock, String process, String host) {
        this.out = out;
        this.clock = clock;
        this.process = process;
        this.host = host;
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        this.run = HexFormat.of().formatHex(random);
    }

    /** That of this process, which its frame has named. */
    public static AuditLog current() {
        return current;
    }

    /** Names this process, once, before anything is told. */
    public static void begin(String process) {
        current = of(process);
    }

    /** To the log's own stream. */
    private static AuditLog of(String process) {
        return new AuditLog(
                LoggerFactory.getLogger(LOGGER)::info,
                InstantSource.system(),
                process,
                Optional.ofNullable(System.getenv("HOSTNAME")).orElse(""));
    }

    /** Writes an event. Does not wait for anybody but another event. */
    public void record(AuditEvent event) {
        lock.lock();
        try {
            sequence++;
            String body = body(event);
            chain = digest(chain, body);
            out.accept(body.substring(0, body.length() - 1) + ",\"chain\":\"" + chain + "\"}");
        } finally {
            lock.unlock();
        }
    }

    private String body(AuditEvent event) {
        StringBuilder json = new StringBuilder(512);
        json.append("{\"time\":\"").append(clock.instant()).append('"');
        member(json, "logger", LOGGER);
        json.append(",\"schema\":").append(SCHEMA);
        member(json, "process", process);
        member(json, "host", host);
        member(json, "run", run);
        json.append(",\"seq\":").append(sequence);
        member(json, "event", event.kind().text());
        member(json, "actor", event.actor().orElse("unknown"));
        AuditEvent.Subject subject = event.subject();
        json.append(",\"object\":{\"type\":").append(JsonText.quoted(subject.type()));
        member(json, "namespace", subject.namespace());
        member(json, "name", subject.name());
        member(json, "uid", subject.uid());
        subject.generation().ifPresent(it -> json.append(",\"generation\":").append(it));
        subject.instance().ifPresent(it -> json.append(",\"instance\":").append(it));
        json.append('}');
        member(json, "reason", shorten(event.reason(), AuditEvent.LONGEST_REASON));
        if (!event.changes().isEmpty()) {
            json.append(",\"changes\":[");
            int told = Math.min(event.changes().size(), AuditEvent.MOST_CHANGES);
            for (int i = 0; i < told; i++) {
                json.append(i == 0 ? "" : ",");
                change(json, event.changes().get(i));
            }
            json.append("],\"changesLeftOut\":").append(event.changes().size() - told);
        }
        return json.append('}').toString();
    }

    private static void change(StringBuilder json, Change change) {
        json.append("{\"field\":")
                .append(JsonText.quoted(shorten(change.field(), AuditEvent.LONGEST_VALUE)));
        change.from().ifPresent(it -> member(json, "from", shorten(it, AuditEvent.LONGEST_VALUE)));
        change.to().ifPresent(it -> member(json, "to", shorten(it, AuditEvent.LONGEST_VALUE)));
        change.manager()
                .ifPresent(it -> member(json, "manager", shorten(it, AuditEvent.LONGEST_VALUE)));
        json.append('}');
    }

    private static void member(StringBuilder to, String name, String value) {
        to.append(',').append(JsonText.quoted(name)).append(':').append(JsonText.quoted(value));
    }

    private static String shorten(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }

    /** SHA-256 of the digest before and the line without its own, in hexadecimal digits. */
    static String digest(String before, String body) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(before.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(sha.digest(body.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }
}
