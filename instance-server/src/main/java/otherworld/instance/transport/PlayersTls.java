package otherworld.instance.transport;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import otherworld.base.Settings;
import otherworld.http.TlsFiles;
import otherworld.instance.config.TlsSettings;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.ops.tls.Unusable;

/** The certificate of the players' port, if it has one. */
public final class PlayersTls {
    private PlayersTls() {}

    /**
     * Reads the files, and looks for renewed ones from then on.
     *
     * @throws Settings.InvalidSettings if they are of no use: nobody could connect
     */
    public static Optional<TlsFiles> open(Optional<TlsSettings> tls, Settings settings) {
        if (tls.isEmpty()) {
            return Optional.empty();
        }
        try {
            TlsFiles files = TlsFiles.of(tls.get().certificate(), tls.get().key());
            files.watch();
            return Optional.of(files);
        } catch (Unusable e) {
            settings.error(
                    "The players' port cannot speak TLS: %s. See network.tls of the World"
                            .formatted(e.getMessage()));
            settings.check();
            return Optional.empty(); // not reached: check throws
        }
    }

    /** Tells metrics how long the certificate lasts, and whether a renewed one cannot be used. */
    public static void tell(TlsFiles files, PrometheusRegistry registry) {
        InstanceCatalogue.TLS_NOT_AFTER.register(
                registry, gauge -> gauge.call((double) files.notAfter().getEpochSecond()));
        InstanceCatalogue.TLS_UNUSABLE.register(
                registry, gauge -> gauge.call(files.trouble().isEmpty() ? 0 : 1));
    }
}
