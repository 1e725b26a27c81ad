package otherworld.operator.config;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import otherworld.base.HostTemplate;
import otherworld.base.Settings;
import otherworld.crds.Resources;
import otherworld.ops.ManagementSettings;
import otherworld.ops.tls.InternalTlsSettings;

/**
 * Configuration of the operator, documented in docs/pod-environment.md.
 *
 * @param grpcTokenFile shared secret for the matchmaker; read again on each dial
 * @param management where it answers probes and serves metrics
 * @param reach how players get to pods
 * @param ports of instance pods
 * @param watchNamespaces empty for all
 * @param letGoAfter how long the finalizer of a deleted World waits for its pods and its ledger
 * @param page for people
 * @param tls towards matchmakers
 * @param certificates that the operator makes; empty: somebody else does
 */
public record OperatorSettings(
        Target matchmaker,
        Optional<Path> grpcTokenFile,
        ManagementSettings management,
        PodDefaults pods,
        Reach reach,
        InstancePorts ports,
        Set<String> watchNamespaces,
        Election election,
        Duration letGoAfter,
        PageSettings page,
        InternalTlsSettings tls,
        Optional<CertificateSettings> certificates) {

    private static final Duration MIN_LEASE = Duration.ofSeconds(3);

    /** Where the matchmaker's gRPC listens. */
    public record Target(String host, int port) {
        static Target parse(String text) {
            int colon = text.lastIndexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException();
            }
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException();
            }
            return new Target(text.substring(0, colon), port);
        }

        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Which replica works.
     *
     * @param enabled false: this one, always
     * @param namespace where the Lease is
     * @param lease after this long without a renewal another replica takes over
     */
    public record Election(boolean enabled, String namespace, Duration lease) {}

    /**
     * How players get to pods.
     *
     * @param host in endpoint URLs instead of the pod's hostIP
     * @param webRtc whether instances take WebRTC beside WebSocket
     * @param gateway the gateway's URL as players have it, without a slash at its end; empty: there
     *     is none
     */
    public record Reach(Optional<HostTemplate> host, boolean webRtc, Optional<URI> gateway) {
        /** Where there is no gateway. */
        public Reach(Optional<String> host, boolean webRtc) {
            this(host.map(HostTemplate::new), webRtc, Optional.empty());
        }
    }

    /**
     * What every instance pod gets from the operator's own settings.
     *
     * @param image for a World whose template names none
     * @param resources for a World whose template names none
     * @param passedOn settings of the operator that hold for instances too, by their names
     */
    public record PodDefaults(
            String image,
            Optional<Resources> resources,
            URI keysUrl,
            String ticketIssuer,
            boolean zoneLog,
            InstanceTls tls,
            Map<String, String> passedOn) {
        /** Where nothing is encrypted and nothing passed on. */
        public PodDefaults(
                String image,
                Optional<Resources> resources,
                URI keysUrl,
                String ticketIssuer,
                boolean zoneLog) {
            this(image, resources, keysUrl, ticketIssuer, zoneLog, InstanceTls.NONE, Map.of());
        }

        public PodDefaults {
            passedOn = Map.copyOf(passedOn);
        }
    }

    /**
     * What pods show our other processes.
     *
     * @param secret of the World's namespace, mounted
     * @param folder where it is without a mount, as pods that share a machine have it
     */
    public record InstanceTls(
            InternalTlsSettings.Mode mode, String domain, String secret, Optional<String> folder) {
        static final String DEFAULT_SECRET = "otherworld-internal-tls";
        public static final InstanceTls NONE =
                new InstanceTls(
                        InternalTlsSettings.Mode.OFF,
                        InternalTlsSettings.DEFAULT_DOMAIN,
                        DEFAULT_SECRET,
                        Optional.empty());

        static InstanceTls read(Settings settings, InternalTlsSettings tls) {
            return new InstanceTls(
                    tls.mode(),
                    tls.domain(),
                    settings.text("OTHERWORLD_INTERNAL_TLS_INSTANCE_SECRET", DEFAULT_SECRET),
                    optional(settings, "OTHERWORLD_INTERNAL_TLS_INSTANCE_FOLDER"));
        }

        public boolean on() {
            return mode != InternalTlsSettings.Mode.OFF;
        }
    }

    /**
     * Where instances send spans, what their logs look like and how they name players: whoever runs
     * the operator decides it once for the fleet. Instances say what is wrong with it.
     */
    private static final List<String> PASSED_ON =
            List.of(
                    "OTHERWORLD_LOG_FORMAT",
                    "OTHERWORLD_PLAYER_IDS",
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "OTEL_TRACES_SAMPLER",
                    "OTEL_TRACES_SAMPLER_ARG");

    /** Reads every setting; {@link Settings#check} is called, so all errors come at once. */
    public static OperatorSettings read(Settings settings, Map<String, String> environment) {
        boolean inCluster = environment.containsKey("KUBERNETES_SERVICE_HOST");
        Target matchmaker =
                settings.parsed(
                        "OTHERWORLD_MATCHMAKER_GRPC",
                        null,
                        Target::parse,
                        "the matchmaker's gRPC address, host:port, such as matchmaker:9090");
        Optional<Path> token = optional(settings, "OTHERWORLD_GRPC_TOKEN_FILE").map(Path::of);
        if (token.isPresent() && !Files.isReadable(token.get())) {
            settings.error(
                    "OTHERWORLD_GRPC_TOKEN_FILE='%s' cannot be read: give the file that the matchmaker has, too"
                            .formatted(token.get()));
        }
        ManagementSettings management = ManagementSettings.read(settings, "");
        String image = settings.text("OTHERWORLD_INSTANCE_IMAGE", "otherworld/instance-server:dev");
        Optional<Resources> resources = resources(settings);
        URI keys =
                settings.parsed(
                        "OTHERWORLD_KEYS_URL",
                        null,
                        OperatorSettings::httpUrl,
                        "the URL of the matchmaker's keys as instances reach it, such as http://matchmaker:8080/v1/keys");
        String issuer = settings.text("OTHERWORLD_TICKET_ISSUER", "otherworld");
        boolean zoneLog = settings.flag("OTHERWORLD_ZONE_LOG", false);
        Reach reach =
                new Reach(
                        settings.parsed(
                                "OTHERWORLD_ENDPOINT_HOST",
                                Optional.empty(),
                                text -> Optional.of(new HostTemplate(text)),
                                "a host name or address, or a name with {node} or {ip} in it, such as {node}.play.example.org"),
                        settings.flag("OTHERWORLD_WEBRTC", true),
                        settings.parsed(
                                "OTHERWORLD_GATEWAY_URL",
                                Optional.empty(),
                                text -> Optional.of(gatewayUrl(text)),
                                "the gateway's URL as players reach it, such as https://play.example.org, without query"));
        InstancePorts ports = InstancePorts.read(settings);
        Set<String> namespaces = new TreeSet<>();
        optional(settings, "OTHERWORLD_WATCH_NAMESPACES")
                .ifPresent(list ->
                        Arrays.stream(list.split(",", -1))
                                .map(String::strip)
                                .filter(name -> !name.isEmpty())
                                .forEach(namespaces::add));
        boolean election = settings.flag("OTHERWORLD_LEADER_ELECTION", inCluster);
        String leaseNamespace = settings.text("OTHERWORLD_LEASE_NAMESPACE", "default");
        Duration lease = settings.duration("OTHERWORLD_LEASE_DURATION", Duration.ofSeconds(15));
        if (lease.compareTo(MIN_LEASE) < 0) {
            settings.error(
                    "OTHERWORLD_LEASE_DURATION='%dms' is too short for a slow API server: give 3s or more"
                            .formatted(lease.toMillis()));
        }
        Duration letGoAfter =
                settings.duration("OTHERWORLD_FINALIZER_LIMIT", Duration.ofSeconds(60));
        PageSettings page = PageSettings.read(settings);
        InternalTlsSettings tls = InternalTlsSettings.readLenient(settings);
        InstanceTls instanceTls = InstanceTls.read(settings, tls);
        Optional<CertificateSettings> certificates =
                CertificateSettings.read(settings, tls, leaseNamespace, instanceTls.secret());
        Map<String, String> passedOn = new TreeMap<>();
        for (String name : PASSED_ON) {
            optional(settings, name).ifPresent(value -> passedOn.put(name, value));
        }
        settings.check();
        return new OperatorSettings(
                matchmaker,
                token,
                management,
                new PodDefaults(image, resources, keys, issuer, zoneLog, instanceTls, passedOn),
                reach,
                ports,
                namespaces,
                new Election(election, leaseNamespace, lease),
                letGoAfter,
                page,
                tls,
                certificates);
    }

    // "-" stands for "not set" when the settings are printed.
    static Optional<String> optional(Settings settings, String name) {
        return Optional.of(settings.text(name, "-")).filter(text -> !text.equals("-"));
    }

    private static Optional<Resources> resources(Settings settings) {
        Optional<String> json = optional(settings, "OTHERWORLD_INSTANCE_RESOURCES");
        try {
            return json.map(it -> Serialization.unmarshal(it, Resources.class));
        } catch (KubernetesClientException | IllegalArgumentException e) {
            settings.error(
                    "OTHERWORLD_INSTANCE_RESOURCES='%s' must be JSON such as {\"requests\":{\"cpu\":\"250m\"},\"limits\":{\"memory\":\"512Mi\"}}: %s"
                            .formatted(json.orElse(""), e.getMessage()));
            return Optional.empty();
        }
    }

    private static URI gatewayUrl(String text) {
        URI uri = httpUrl(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException();
        }
        return uri;
    }

    static URI httpUrl(String text) {
        URI uri = URI.create(text);
        if (uri.getHost() == null
                || uri.getScheme() == null
                || !uri.getScheme().startsWith("http")) {
            throw new IllegalArgumentException();
        }
        return uri;
    }
}
