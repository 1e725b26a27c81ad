package otherworld.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.Map;
import otherworld.operator.act.OperatorCatalogue;
import otherworld.operator.config.OperatorSettings;
import otherworld.operator.stored.OperatorClient;
import otherworld.ops.ExitCode;
import otherworld.ops.JvmCatalogue;
import otherworld.ops.JvmFigures;
import otherworld.ops.MainProcess;
import otherworld.ops.audit.AuditLog;
import otherworld.ops.metric.CataloguedRegistry;

/** Starts the operator; docs/pod-environment.md lists its settings. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Map<String, String> environment = System.getenv();
        MainProcess.run(
                "operator",
                environment,
                (settings, exit) -> {
                    OperatorSettings read = OperatorSettings.read(settings, environment);
                    PrometheusRegistry registry =
                            new CataloguedRegistry(
                                    OperatorCatalogue.CATALOGUE, JvmCatalogue.CATALOGUE);
                    JvmFigures.register(registry);
                    KubernetesClient client =
                            OperatorClient.create(
                                    Config.autoConfigure(null), new ApiMetrics(registry));
                    OperatorProcess process =
                            OperatorProcess.start(
                                    read,
                                    client,
                                    registry,
                                    InstantSource.system(),
                                    AuditLog.current(),
                                    () ->
                                            exit.exit(
                                                    ExitCode.FAILED,
                                                    "another replica may lead now"));
                    return () -> {
                        process.close();
                        client.close();
                    };
                });
    }
}
