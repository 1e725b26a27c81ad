package otherworld.operator.certificates;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.operator.certificates.Secrets.Stored;
import otherworld.operator.config.CertificateSettings;
import otherworld.ops.tls.Credentials;
import otherworld.ops.tls.Material;
import otherworld.ops.tls.PeerId;
import otherworld.ops.tls.Pem;
import otherworld.ops.tls.Role;
import otherworld.ops.tls.Unusable;

/**
 * Makes and renews the certificates of matchmakers, gateways and instances, as Secrets that they
 * mount, and the operator's own, which it keeps to itself. One replica works: the one that leads.
 * Thread-safe.
 */
public final class Certificates implements AutoCloseable {
    /** From one look at all Secrets to the next: one that was deleted is back by then. */
    static final Duration LOOK = Duration.ofSeconds(15);

    private static final Duration UNTIL_LEADING = Duration.ofMillis(100);
    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(2);
    private static final String TLS = "kubernetes.io/tls";
    private static final String OPAQUE = "Opaque";
    private static final Logger log = LoggerFactory.getLogger(Certificates.class);

    private final CertificateSettings settings;
    private final Secrets secrets;
    private final InstantSource clock;
    private final Authorities.Lives lives;
    private final Set<String> made = ConcurrentHashMap.newKeySet();
    private volatile String trouble = "";
    private volatile @Nullable Material own;
    private volatile @Nullable Thread thread;
    // Guarded by this.
    private @Nullable Authorities known;

    public Certificates(
            CertificateSettings settings, KubernetesClient client, InstantSource clock) {
        this(settings, client, clock, Authorities.Lives.DEFAULT);
    }

    Certificates(
            CertificateSettings settings,
            KubernetesClient client,
            InstantSource clock,
            Authorities.Lives lives) {
        this.settings = settings;
        this.secrets = new Secrets(client);
        this.clock = clock;
        this.lives = lives;
    }

    /**
     * Looks from now on, whenever this replica leads.
     *
     * @param namespaces of Worlds
     */
    public void start(BooleanSupplier leads, Supplier<Set<String>> namespaces) {
        thread =
                Thread.ofVirtual()
                        .name("certificates")
                        .start(() -> {
                            try {
                                while (true) {
                                    Thread.sleep(turn(leads, namespaces));
                                }
                            } catch (InterruptedException e) {
                                log.debug("No longer looking after certificates");
                            }
                        });
    }

    private Duration turn(BooleanSupplier leads, Supplier<Set<String>> namespaces) {
        if (!leads.getAsBoolean()) {
            return UNTIL_LEADING;
        }
        look(namespaces.get());
        return trouble.isEmpty() ? LOOK : AFTER_TROUBLE;
    }

    /** What the operator itself shows, and whom it trusts; empty while it does not lead. */
    public Optional<Material> own() {
        return Optional.ofNullable(own);
    }

    /** Why certificates cannot be made or renewed; empty if they can. */
    public String trouble() {
        return trouble;
    }

    /**
     * The Secret that instances of a namespace mount.
     *
     * @return why there is none; empty if there is
     */
    public Optional<String> ensure(String namespace) {
        if (made.contains(namespace)) {
            return Optional.empty();
        }
        look(Set.of(namespace));
        return made.contains(namespace) ? Optional.empty() : Optional.of(trouble);
    }

    /** Brings all Secrets to what they should be by now. */
    synchronized void look(Set<String> namespaces) {
        Instant now = clock.instant();
        List<String> troubles = new ArrayList<>();
        try {
            Authorities authorities = authorities(now);
            renewOwn(authorities, now);
            for (Role role : List.of(Role.MATCHMAKER, Role.GATEWAY)) {
                attempt(
                        troubles,
                        () ->
                                renew(
                                        settings.namespace(),
                                        settings.secret(role),
                                        PeerId.of(settings.domain(), role),
                                        authorities,
                                        now));
            }
            Set<String> all = new HashSet<>(namespaces);
            for (String namespace : all) {
                attempt(
                        troubles,
                        () -> {
                            renew(
                                    namespace,
                                    settings.instanceSecret(),
                                    PeerId.instance(settings.domain(), namespace),
                                    authorities,
                                    now);
                            made.add(namespace);
                        });
            }
        } catch (Unusable | KubernetesClientException e) {
            troubles.add(String.valueOf(e.getMessage()));
        }
        tell(String.join("; ", troubles));
    }

    // One Secret that cannot be written keeps none of the others.
    private static void attempt(List<String> troubles, Runnable renewal) {
        try {
            renewal.run();
        } catch (KubernetesClientException e) {
            troubles.add(String.valueOf(e.getMessage()));
        }
    }

    private void tell(String now) {
        if (!now.isEmpty() && !now.equals(trouble)) {
            log.error("Certificates of our own processes cannot be renewed: {}", now);
        }
        trouble = now;
    }

    /** As the Secret has them, and as they should be by now; written before they are used. */
    private Authorities authorities(Instant now) throws Unusable {
        String namespace = settings.namespace();
        String name = settings.authoritySecret();
        Optional<Stored> stored = secrets.read(namespace, name);
        Authorities before;
        if (stored.isPresent()) {
            try {
                before = AuthoritySecret.read(stored.get());
            } catch (Unusable e) {
                throw new Unusable(
                        "Secret %s of namespace %s: %s. Mend it; or delete it, and there will be a new authority after an hour in which both are trusted"
                                .formatted(name, namespace, e.getMessage()),
                        e);
            }
        } else {
            Authorities remembered = known;
            before = remembered == null ? Authorities.lost(trustedByOthers()) : remembered;
        }
        Authorities after = before.at(now, lives, settings.domain());
        if (stored.isEmpty() || !AuthoritySecret.data(after).equals(stored.get().data())) {
            secrets.write(namespace, name, OPAQUE, AuthoritySecret.data(after), stored);
            log.info(
                    "Secret {} of namespace {}: an authority that issues{}, one that comes{}, {} retired",
                    name,
                    namespace,
                    after.issuing()
                            .map(each -> " until " + each.self().notAfter())
                            .orElse(": none"),
                    after.coming().map(each -> " until " + each.self().notAfter()).orElse(": none"),
                    after.retired().size());
        }
        known = after;
        return after;
    }

    /** The authority was lost: whom others trust is in what they were given. */
    private List<X509Certificate> trustedByOthers() {
        return secrets.read(settings.namespace(), settings.secret(Role.MATCHMAKER))
                .filter(stored -> stored.data().containsKey("ca.crt"))
                .map(stored -> {
                    try {
                        return Pem.certificates(stored.bytes("ca.crt"), "ca.crt");
                    } catch (Unusable e) {
                        return List.<X509Certificate>of();
                    }
                })
                .orElse(List.of());
    }

    private void renewOwn(Authorities authorities, Instant now) {
        Material before = own;
        List<X509Certificate> trusted = authorities.trusted();
        if (before == null || !authorities.keeps(before.own().certificate(), now, lives)) {
            own =
                    new Material(
                            issue(authorities, PeerId.of(settings.domain(), Role.OPERATOR), now),
                            trusted);
        } else if (!before.trusted().equals(trusted)) {
            own = new Material(before.own(), trusted);
        }
    }

    private Credentials issue(Authorities authorities, PeerId id, Instant now) {
        return authorities
                .issuer()
                .issue(
                        id,
                        now.minus(otherworld.ops.tls.Authority.BACKDATED),
                        now.plus(lives.certificate()));
    }

    private void renew(
            String namespace, String name, PeerId id, Authorities authorities, Instant now) {
        Optional<Stored> stored = secrets.read(namespace, name);
        Credentials credentials =
                stored.flatMap(Certificates::credentials)
                        .filter(it ->
                                authorities.keeps(it.certificate(), now, lives)
                                        && id.isOf(it.certificate()))
                        .orElseGet(() -> issue(authorities, id, now));
        Map<String, String> data = new LinkedHashMap<>();
        data.put("tls.crt", credentials.chainPem());
        data.put("tls.key", credentials.keyPem());
        data.put(
                "ca.crt",
                authorities.trusted().stream().map(Pem::encode).collect(Collectors.joining()));
        if (stored.map(it -> !it.data().equals(data)).orElse(true)) {
            secrets.write(namespace, name, TLS, data, stored);
            log.info(
                    "Secret {} of namespace {}: {} until {}, {} authorities trusted",
                    name,
                    namespace,
                    id,
                    credentials.notAfter(),
                    authorities.trusted().size());
        }
    }

    private static Optional<Credentials> credentials(Stored stored) {
        try {
            return Optional.of(
                    Credentials.of(
                            stored.bytes("tls.crt"),
                            "tls.crt",
                            stored.bytes("tls.key"),
                            "tls.key"));
        } catch (Unusable e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }
}
