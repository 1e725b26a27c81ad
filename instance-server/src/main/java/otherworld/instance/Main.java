package otherworld.instance;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import otherworld.http.TlsFiles;
import otherworld.instance.config.InstanceSettings;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.instance.transport.PlayersTls;
import otherworld.ledger.RedisInstanceLedger;
import otherworld.ops.JvmCatalogue;
import otherworld.ops.JvmFigures;
import otherworld.ops.MainProcess;
import otherworld.ops.metric.CataloguedRegistry;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsMetrics;
import otherworld.persistence.SqlInstanceStore;

/** Entry point of an instance pod; configured by its environment alone. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        MainProcess.run(
                "instance-server",
                System.getenv(),
                (settings, exit) -> {
                    InstanceSettings read = InstanceSettings.read(settings);
                    Optional<InternalTls> internal = InternalTls.open(read.internalTls(), settings);
                    Optional<TlsFiles> tls = PlayersTls.open(read.tls(), settings);
                    PrometheusRegistry registry =
                            new CataloguedRegistry(
                                    InstanceCatalogue.CATALOGUE, JvmCatalogue.CATALOGUE);
                    tls.ifPresent(files -> PlayersTls.tell(files, registry));
                    internal.ifPresent(it ->
                            InternalTlsMetrics.tell(it, InstanceCatalogue.INTERNAL_TLS, registry));
                    JvmFigures.register(registry);
                    return InstanceServer.start(
                            read,
                            SqlInstanceStore.connect(
                                    read.databaseUrl(),
                                    read.databaseUser(),
                                    read.databasePassword()),
                            RedisInstanceLedger.connect(read.redis()),
                            tls,
                            internal,
                            registry,
                            exit);
                });
    }
}
