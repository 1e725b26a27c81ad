package otherworld.matchmaker;

import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.ops.MainProcess;
import otherworld.ops.audit.AuditEvent;
import otherworld.ops.audit.AuditLog;
import otherworld.tickets.SigningKeys;

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
                    AuditLog.current().record(loaded(read.signingKeys()));
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

    /** Public names of keys, never keys: what one replica after the other says is an exchange. */
    static AuditEvent loaded(SigningKeys keys) {
        return new AuditEvent(
                AuditEvent.Kind.TICKET_KEYS_LOADED,
                Optional.empty(),
                new AuditEvent.Subject("TicketKeys", "", "signing-keys", ""),
                "this matchmaker starts with them",
                Stream.concat(
                                Stream.of(key("signs", keys.kid())),
                                keys.published().stream().map(it -> key("published", it.kid())))
                        .toList());
    }

    private static AuditEvent.Change key(String field, String kid) {
        return new AuditEvent.Change(field, Optional.empty(), Optional.of(kid), Optional.empty());
    }
}
