package otherworld.matchmaker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.ops.MainProcess;

/** The matchmaker's process; settings in docs/pod-environment.md. */
public final class Main {
    private static final Logger log = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) {
        MainProcess.run(
                "matchmaker",
                System.getenv(),
                (settings, _) -> {
                    MatchmakerSettings read = MatchmakerSettings.read(settings);
                    log.info("Tickets are signed by {}", read.signingKeys().signedBy());
                    Matchmaker matchmaker = new Matchmaker(read);
                    log.info(
                            "Listening: HTTP {}, gRPC {}, keys by TLS {}, management {}",
                            matchmaker.httpPort(),
                            matchmaker.grpcPort(),
                            matchmaker.keysPort(),
                            matchmaker.managementPort());
                    return matchmaker::close;
                });
    }
}
