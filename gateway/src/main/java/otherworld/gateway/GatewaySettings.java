package otherworld.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import otherworld.base.Settings;
import otherworld.http.HttpLimits;
import otherworld.ledger.RedisSettings;
import otherworld.ops.ManagementSettings;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.tracing.TracingSettings;

/**
 * What the process is told by its environment: docs/pod-environment.md.
 *
 * @param proxies whose X-Forwarded-For counts
 * @param perAddress players of one address (an IPv6 /64)
 * @param tls towards matchmaker and instances; empty: plain text
 * @param drain how long it takes, at the end, to send all players elsewhere
 * @param zoneLog whether instances' zone log can be read through it: for tests
 */
record GatewaySettings(
        int port,
        String bind,
        ManagementSettings management,
        int connections,
        int perAddress,
        TrustedProxies proxies,
        RedisSettings redis,
        String ticketIssuer,
        URI keysUrl,
        Optional<InternalTls> tls,
        Duration drain,
        boolean zoneLog,
        TracingSettings tracing) {
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(5);

    /**
     * @throws Settings.InvalidSettings with a line for each thing that is wrong
     */
    static GatewaySettings read(Settings settings) {
        int port = settings.integer("OTHERWORLD_HTTP_PORT", 8080, 0, 65_535);
        String bind = settings.text("OTHERWORLD_BIND", "0.0.0.0");
        ManagementSettings management =
                ManagementSettings.read(settings, settings.text("OTHERWORLD_POD_UID", ""));
        int connections =
                settings.integer(
                        "OTHERWORLD_HTTP_MAX_CONNECTIONS",
                        connectionsFitting(Runtime.getRuntime().maxMemory()),
                        1,
                        1_000_000);
        int perAddress =
                settings.integer(
                        "OTHERWORLD_CONNECTIONS_PER_ADDRESS", Limits.PER_ADDRESS, 1, 1_000_000);
        TrustedProxies proxies =
                settings.parsed(
                        "OTHERWORLD_TRUSTED_PROXIES",
                        TrustedProxies.NONE,
                        TrustedProxies::parse,
                        "networks such as 10.0.0.0/8,fd00::/8 with commas between them");
        RedisSettings redis = RedisSettings.read(settings);
        String issuer = settings.text("OTHERWORLD_TICKET_ISSUER", "otherworld");
        URI keysUrl =
                settings.parsed(
                        "OTHERWORLD_KEYS_URL",
                        null,
                        URI::create,
                        "the URL of the matchmaker's keys, such as http://matchmaker:8080/v1/keys");
        Duration drain = settings.duration("OTHERWORLD_DRAIN", Duration.ofSeconds(5));
        if (drain.isNegative() || drain.compareTo(LONGEST_DRAIN) > 0) {
            settings.error("OTHERWORLD_DRAIN must be from 0s to 5m, such as 5s");
        }
        boolean zoneLog = settings.flag("OTHERWORLD_ZONE_LOG", false);
        InternalTlsSettings tls = InternalTlsSettings.read(settings);
        TracingSettings tracing = TracingSettings.read(settings);
        settings.check();
        return new GatewaySettings(
                port,
                bind,
                management,
                connections,
                perAddress,
                proxies,
                redis,
                issuer,
                keysUrl,
                InternalTls.open(tls, settings),
                drain,
                zoneLog,
                tracing);
    }

    /**
     * So many that all may be as slow as they can: direct memory is as much as the heap, and half
     * of it is for buffers.
     */
    static int connectionsFitting(long heapBytes) {
        return Math.clamp(
                heapBytes / 2 / Limits.CONNECTION_BYTES,
                64,
                HttpLimits.fitting(Limits.MAX_BODY_BYTES).connections());
    }

    /** Behind proxies every connection is theirs: only players are counted by address. */
    HttpLimits httpLimits() {
        return new HttpLimits(
                connections,
                proxies.none() ? perAddress : 0,
                Limits.MAX_REQUEST_LINE_BYTES,
                Limits.MAX_HEAD_BYTES,
                Limits.MAX_BODY_BYTES,
                Limits.REQUEST,
                Limits.KEEP_ALIVE,
                Limits.ANSWER);
    }
}
