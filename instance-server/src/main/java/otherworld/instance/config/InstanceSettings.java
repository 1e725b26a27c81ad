package otherworld.instance.config;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.Seat;
import otherworld.base.Settings;
import otherworld.base.WorldId;
import otherworld.ledger.RedisSettings;
import otherworld.ops.ManagementSettings;
import otherworld.ops.metric.WorldLabels;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.persistence.DatabaseTls;
import otherworld.replication.ReplicationSettings;
import otherworld.tracing.Origin;
import otherworld.tracing.TracingSettings;

/**
 * What the pod's environment says; the names are in {@code docs/pod-environment.md}.
 *
 * @param policy of the World, at start; later through the ledger
 * @param handOver how long a pod that is being deleted goes on while its successor starts
 * @param zoneSizeM metres
 * @param connectionsPerAddress TCP connections of one IPv4 address or IPv6 /64; 0: any number
 * @param kbitPerPlayer what each is told of others' movement at most, in kbit/s
 * @param behindGateway players come through a gateway, whose word on their addresses counts
 * @param podName empty outside of pods
 * @param tls certificate and key of the players' port; empty: it speaks no TLS
 * @param internalTls towards matchmakers, and of the players' port towards gateways
 */
public record InstanceSettings(
        InstanceId instance,
        String podUid,
        int port,
        String bind,
        LivePolicy policy,
        int tickRateHz,
        int presenceRateHz,
        int kbitPerPlayer,
        float zoneSizeM,
        Duration handOver,
        String ticketIssuer,
        URI keysUrl,
        boolean zoneLog,
        int connectionsPerAddress,
        boolean behindGateway,
        Optional<TlsSettings> tls,
        InternalTlsSettings internalTls,
        WebRtcConfig webRtc,
        ManagementSettings management,
        String databaseUrl,
        String databaseUser,
        String databasePassword,
        RedisSettings redis,
        TracingSettings tracing,
        String podName) {

    /**
     * @throws Settings.InvalidSettings with a line for each value that is wrong
     */
    public static InstanceSettings read(Settings settings) {
        WorldId world =
                settings.parsed(
                        "OTHERWORLD_WORLD",
                        null,
                        WorldId::new,
                        "a World's persistence.id such as default.plaza");
        int ordinal = settings.integer("OTHERWORLD_ORDINAL", null, 0, InstanceId.MAX_ORDINAL);
        String podUid = settings.text("OTHERWORLD_POD_UID", null);
        int port = settings.integer("OTHERWORLD_PORT", null, 0, 65_535);
        String bind = settings.text("OTHERWORLD_BIND", "0.0.0.0");
        int capacity = settings.integer("OTHERWORLD_CAPACITY", null, 1, Seat.MAX_CAPACITY);
        int tickRateHz = settings.integer("OTHERWORLD_TICK_RATE", 30, 5, 120);
        int presenceRateHz = settings.integer("OTHERWORLD_PRESENCE_RATE", 15, 1, 120);
        int kbitPerPlayer =
                settings.integer(
                        "OTHERWORLD_KBIT_PER_PLAYER",
                        ReplicationSettings.BITS_PER_SECOND / 1_000,
                        ReplicationSettings.LEAST_KBIT_PER_SECOND,
                        ReplicationSettings.MOST_KBIT_PER_SECOND);
        int zoneSizeM = settings.integer("OTHERWORLD_ZONE_SIZE", 64, 8, 4096);
        Duration window = settings.duration("OTHERWORLD_RECONNECT_WINDOW", Duration.ofSeconds(30));
        Duration handOver =
                settings.duration("OTHERWORLD_HAND_OVER_TIMEOUT", Duration.ofSeconds(30));
        Permissions permissions =
                settings.parsed(
                        "OTHERWORLD_PERMISSIONS",
                        Permissions.OPEN,
                        Permissions::parse,
                        "who builds and who changes what others built, then members, such as MEMBERS NOBODY gbuilders pann");
        settings.parsed(
                "OTHERWORLD_PERSISTENCE_MODE",
                "Durable",
                InstanceSettings::onlyDurable,
                "Durable, the one mode this version has");
        String issuer = settings.text("OTHERWORLD_TICKET_ISSUER", "otherworld");
        URI keysUrl =
                settings.parsed(
                        "OTHERWORLD_KEYS_URL",
                        null,
                        URI::create,
                        "the URL of the matchmaker's keys, such as http://127.0.0.1:8080/v1/keys");
        boolean zoneLog = settings.flag("OTHERWORLD_ZONE_LOG", false);
        boolean behindGateway = settings.flag("OTHERWORLD_BEHIND_GATEWAY", false);
        int perAddress =
                settings.integer(
                        "OTHERWORLD_CONNECTIONS_PER_ADDRESS",
                        Limits.CONNECTIONS_PER_ADDRESS,
                        1,
                        Limits.MAX_CONNECTIONS);
        // All come from the gateways' addresses, which count their players themselves.
        int connectionsPerAddress = behindGateway ? 0 : perAddress;
        Optional<TlsSettings> tls = TlsSettings.read(settings);
        InternalTlsSettings internalTls = InternalTlsSettings.read(settings);
        WebRtcConfig webRtc = WebRtcConfig.read(settings, bind);
        ManagementSettings management = ManagementSettings.read(settings, podUid);
        String databaseUrl =
                DatabaseTls.url(
                        settings,
                        settings.parsed(
                                "DATABASE_URL",
                                null,
                                InstanceSettings::jdbc,
                                "a JDBC URL such as jdbc:postgresql://host:26257/otherworld"));
        String databaseUser = settings.text("DATABASE_USER", null);
        String databasePassword = settings.secret("DATABASE_PASSWORD", "");
        RedisSettings redis = RedisSettings.read(settings);
        TracingSettings tracing = TracingSettings.read(settings);
        String podName = settings.text("OTHERWORLD_POD_NAME", "");
        if (port != 0 && port == management.port()) {
            settings.error(
                    "OTHERWORLD_PORT and %s are both %d; give each its own"
                            .formatted(ManagementSettings.PORT, port));
        }
        if (presenceRateHz > tickRateHz) {
            settings.error(
                    "OTHERWORLD_PRESENCE_RATE=%d must not be above OTHERWORLD_TICK_RATE=%d"
                            .formatted(presenceRateHz, tickRateHz));
        }
        settings.check();
        return new InstanceSettings(
                new InstanceId(world, ordinal),
                podUid,
                port,
                bind,
                new LivePolicy(capacity, window, permissions),
                tickRateHz,
                presenceRateHz,
                kbitPerPlayer,
                zoneSizeM,
                handOver,
                issuer,
                keysUrl,
                zoneLog,
                connectionsPerAddress,
                behindGateway,
                tls,
                internalTls,
                webRtc,
                management,
                databaseUrl,
                databaseUser,
                databasePassword,
                redis,
                tracing,
                podName);
    }

    /** Which process spans are of. */
    public Origin origin() {
        WorldLabels world = WorldLabels.of(instance.world().value());
        return new Origin(
                "otherworld-instance",
                Map.of(
                        "service.instance.id",
                        podUid,
                        "k8s.pod.uid",
                        podUid,
                        "k8s.pod.name",
                        podName,
                        "k8s.namespace.name",
                        world.namespace(),
                        "otherworld.world",
                        instance.world().value(),
                        "otherworld.instance",
                        Integer.toString(instance.ordinal())));
    }

    private static String onlyDurable(String mode) {
        if (!mode.equals("Durable")) {
            throw new IllegalArgumentException();
        }
        return mode;
    }

    private static String jdbc(String url) {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException();
        }
        return url;
    }
}
