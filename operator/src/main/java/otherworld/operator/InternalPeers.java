package otherworld.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import otherworld.operator.act.OperatorCatalogue;
import otherworld.operator.certificates.Certificates;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.config.OperatorSettings.InstanceTls;
import otherworld.operator.observe.Sources.Source;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsMetrics;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.ops.tls.Role;
import otherworld.ops.tls.Unusable;

/** How the operator, and the pods it makes, are known to our other processes. */
final class InternalPeers implements AutoCloseable {
    private final Optional<Certificates> certificates;
    private final Optional<InternalTls> tls;
    private final InstanceTls instances;

    private InternalPeers(
            Optional<Certificates> certificates, Optional<InternalTls> tls, InstanceTls instances) {
        this.certificates = certificates;
        this.tls = tls;
        this.instances = instances;
    }

    /**
     * @throws IllegalStateException if the files that the settings name are of no use
     */
    static InternalPeers of(
            OperatorSettings settings,
            KubernetesClient client,
            PrometheusRegistry registry,
            InstantSource clock) {
        Optional<Certificates> made =
                settings.certificates().map(it -> new Certificates(it, client, clock));
        Optional<InternalTls> tls = tls(settings.tls(), made);
        tls.ifPresent(it -> InternalTlsMetrics.tell(it, OperatorCatalogue.INTERNAL_TLS, registry));
        return new InternalPeers(made, tls, settings.pods().tls());
    }

    private static Optional<InternalTls> tls(
            InternalTlsSettings settings, Optional<Certificates> made) {
        if (settings.mode() == InternalTlsSettings.Mode.OFF) {
            return Optional.empty();
        }
        if (made.isPresent()) {
            return Optional.of(InternalTls.of(settings, made.get()::own, made.get()::trouble));
        }
        try {
            return Optional.of(InternalTls.open(settings));
        } catch (Unusable e) {
            throw new IllegalStateException(
                    "%s=%s: %s"
                            .formatted(
                                    InternalTlsSettings.FOLDER,
                                    settings.folder().map(Object::toString).orElse(""),
                                    e.getMessage()),
                    e);
        }
    }

    void start(BooleanSupplier leads, Supplier<Set<String>> namespaces) {
        certificates.ifPresent(it -> it.start(leads, namespaces));
    }

    /** Empty: plain text. */
    Optional<SSLContext> matchmaker() {
        return tls.map(it -> it.client(Role.MATCHMAKER));
    }

    /**
     * Why pods of a namespace would have no certificate; empty if they have.
     *
     * @param missing whether the API server knows no such object
     */
    Optional<String> missing(String namespace, Predicate<Source> missing) {
        if (!instances.on() || instances.folder().isPresent()) {
            return Optional.empty();
        }
        if (certificates.isPresent()) {
            return certificates.get().ensure(namespace);
        }
        return missing.test(new Source("secrets", namespace, instances.secret()))
                ? Optional.of(
                        "there is no Secret %s with tls.crt, tls.key and ca.crt, which cert-manager or you make (docs/internal-tls.md)"
                                .formatted(instances.secret()))
                : Optional.empty();
    }

    @Override
    public void close() {
        certificates.ifPresent(Certificates::close);
        tls.ifPresent(InternalTls::close);
    }
}
