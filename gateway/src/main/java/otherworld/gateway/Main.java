package otherworld.gateway;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.ops.MainProcess;

/** The gateway's process; settings in docs/pod-environment.md. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        MainProcess.run(
                "gateway",
                System.getenv(),
                (settings, _) -> {
                    Gateway gateway = Gateway.start(GatewaySettings.read(settings));
                    log.info(
                            "Listening: players {}, management {}",
                            gateway.port(),
                            gateway.managementPort());
                    return gateway::close;
                });
    }
}
