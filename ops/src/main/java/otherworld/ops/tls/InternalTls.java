package otherworld.ops.tls;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.Settings;
import otherworld.ops.audit.AuditEvent;
import otherworld.ops.audit.AuditLog;

/**
 * How this process and others of ours know each other. Thread-safe.
 *
 * <p>Who is connected stays connected when certificates change; every new connection is made, and
 * judged, with those of its moment.
 */
public final class InternalTls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(InternalTls.class);
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final InternalTlsSettings settings;
    private final Supplier<Optional<Material>> material;
    private final Supplier<String> trouble;
    private final AutoCloseable source;
    private final Map<Refusal, AtomicLong> refused =
            Arrays.stream(Refusal.values())
                    .collect(Collectors.toUnmodifiableMap(why -> why, _ -> new AtomicLong()));
    private final Map<Refusal, Long> saidNs = new ConcurrentHashMap<>();

    private InternalTls(
            InternalTlsSettings settings,
            Supplier<Optional<Material>> material,
            Supplier<String> trouble,
            AutoCloseable source) {
        this.settings = settings;
        this.material = material;
        this.trouble = trouble;
        this.source = source;
    }

    /**
     * With the files that the settings name, which are watched; empty if it is off.
     *
     * @throws Settings.InvalidSettings if they are of no use
     */
    public static Optional<InternalTls> open(InternalTlsSettings tls, Settings settings) {
        if (tls.mode() == InternalTlsSettings.Mode.OFF) {
            return Optional.empty();
        }
        try {
            return Optional.of(open(tls));
        } catch (Unusable e) {
            settings.error(
                    "%s=%s: %s. docs/internal-tls.md says where certificates come from"
                            .formatted(
                                    InternalTlsSettings.MODE, tls.mode().text(), e.getMessage()));
            settings.check();
            return Optional.empty(); // not reached: check throws
        }
    }

    /** With the files that the settings name, which are watched. */
    public static InternalTls open(InternalTlsSettings tls) throws Unusable {
        WatchedFiles<Material> files =
                WatchedFiles.of(
                        tls.files(),
                        contents -> Material.parse(tls, contents),
                        renewed -> {
                            log.info(
                                    "A renewed certificate among our own processes, good until {}; {} authorities",
                                    renewed.own().notAfter(),
                                    renewed.trusted().size());
                            AuditLog.current()
                                    .record(
                                            AuditEvent.certificateReplaced(
                                                    tls.files().getFirst().toString(),
                                                    renewed.own().notAfter()));
                        });
        files.watch();
        return new InternalTls(tls, () -> Optional.of(files.get()), files::trouble, files);
    }

    /**
     * With certificates that the process makes itself.
     *
     * @param material empty until there are some: no connection comes about
     */
    public static InternalTls of(
            InternalTlsSettings tls,
            Supplier<Optional<Material>> material,
            Supplier<String> trouble) {
        return new InternalTls(tls, material, trouble, () -> {});
    }

    /** Whether, for the time of an upgrade, others may come in plain text. */
    public boolean permissive() {
        return settings.mode() == InternalTlsSettings.Mode.PERMISSIVE;
    }

    public String domain() {
        return settings.domain();
    }

    /** For a server that these may come to. */
    public SSLContext server(Role... clients) {
        Expected expected = Expected.of(settings.domain(), clients);
        return RenewedContext.of(this::needed, true, _ -> expected, this::refused);
    }

    /** For a client of these. */
    public SSLContext client(Role server) {
        Expected expected = Expected.of(settings.domain(), server);
        return client(_ -> expected);
    }

    /**
     * For a client of many.
     *
     * @param expected by the host and port that an engine was made for
     */
    public SSLContext client(Function<SSLEngine, Expected> expected) {
        return RenewedContext.of(this::needed, false, expected, this::refused);
    }

    private Material needed() {
        return material.get()
                .orElseThrow(() ->
                        new IllegalStateException("there is no certificate yet: " + trouble.get()));
    }

    /** What is shown and trusted now. */
    Optional<Material> material() {
        return material.get();
    }

    /** What is wrong with renewed certificates; empty if nothing is. */
    public String trouble() {
        return trouble.get();
    }

    /** Handshakes that failed so far. */
    public long refused(Refusal why) {
        return count(why).get();
    }

    private AtomicLong count(Refusal why) {
        return java.util.Objects.requireNonNull(refused.get(why), why::label);
    }

    private void refused(Refusal why, Throwable cause) {
        count(why).incrementAndGet();
        long nowNs = System.nanoTime();
        Long before = saidNs.get(why);
        if (before == null || nowNs - before > QUIET.toNanos()) {
            saidNs.put(why, nowNs);
            String words = Refusal.explain(cause);
            log.warn(
                    "A connection between our own processes was refused ({}): {}",
                    why.label(),
                    words.isEmpty() ? cause.getMessage() : words);
        }
    }

    @Override
    public void close() {
        try {
            source.close();
        } catch (Exception e) {
            throw new IllegalStateException("watching ends without an error", e);
        }
    }
}
