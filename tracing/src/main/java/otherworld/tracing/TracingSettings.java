package otherworld.tracing;

import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import otherworld.base.Settings;

/**
 * Whether and where a process exports its spans: OpenTelemetry's own names of settings, read as its
 * specification has them but for one: without an endpoint nothing is exported.
 */
public sealed interface TracingSettings {
    String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /** Nothing is recorded. */
    record Off() implements TracingSettings {}

    /**
     * @param endpoint whole, with its path
     * @param service in place of the process' own name
     * @param headers secrets, perhaps
     * @param resource attributes in addition
     */
    record On(
            URI endpoint,
            Sampler sampler,
            Optional<String> service,
            Map<String, String> resource,
            Map<String, String> headers,
            boolean gzip,
            Duration timeout,
            Tls tls,
            Queue queue)
            implements TracingSettings {
        public On {
            resource = Map.copyOf(resource);
            headers = Map.copyOf(headers);
        }
    }

    /** PEM of each; empty: Java's authorities, no certificate of our own. */
    record Tls(Optional<byte[]> authorities, Optional<byte[]> certificate, Optional<byte[]> key) {}

    /**
     * @param spans that wait at most
     * @param batch spans of one export
     * @param delay between two exports, if there is no whole batch before
     */
    record Queue(int spans, int batch, Duration delay) {}

    /** Reads every name, so that all errors are told; the caller asks {@link Settings#check}. */
    static TracingSettings read(Settings settings) {
        boolean disabled = flag(settings, "OTEL_SDK_DISABLED");
        boolean exports =
                settings.parsed(
                        "OTEL_TRACES_EXPORTER",
                        true,
                        text ->
                                switch (text.strip().toLowerCase(Locale.ROOT)) {
                                    case "otlp" -> true;
                                    case "none" -> false;
                                    default -> throw new IllegalArgumentException();
                                },
                        "otlp or none");
        Optional<URI> base = url(settings, ENDPOINT, "http://collector:4318");
        Optional<URI> whole = url(settings, TRACES_ENDPOINT, "http://collector:4318/v1/traces");
        for (String name :
                new String[] {
                    "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"
                }) {
            String _ =
                    settings.parsed(
                            name,
                            "http/protobuf",
                            TracingSettings::protocol,
                            "http/protobuf, the one protocol that is spoken: collectors have it on port 4318");
        }
        boolean gzip =
                settings.parsed(
                        "OTEL_EXPORTER_OTLP_COMPRESSION",
                        false,
                        text ->
                                switch (text) {
                                    case "gzip" -> true;
                                    case "none" -> false;
                                    default -> throw new IllegalArgumentException();
                                },
                        "gzip or none");
        Map<String, String> headers =
                pairs(settings, "OTEL_EXPORTER_OTLP_HEADERS", settings::secret);
        Map<String, String> resource = pairs(settings, "OTEL_RESOURCE_ATTRIBUTES", settings::text);
        String service = settings.text("OTEL_SERVICE_NAME", "-");
        Sampler sampler = sampler(settings);
        Duration timeout = millis(settings, "OTEL_EXPORTER_OTLP_TIMEOUT", 10_000, 60_000);
        Duration delay = millis(settings, "OTEL_BSP_SCHEDULE_DELAY", 5_000, 60_000);
        int most = settings.integer("OTEL_BSP_MAX_QUEUE_SIZE", 2_048, 1, 65_536);
        int batch = settings.integer("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512, 1, 65_536);
        if (batch > most) {
            settings.error(
                    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE=%d must not be above OTEL_BSP_MAX_QUEUE_SIZE=%d"
                            .formatted(batch, most));
        }
        Tls tls =
                new Tls(
                        file(settings, "OTEL_EXPORTER_OTLP_CERTIFICATE"),
                        file(settings, "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"),
                        file(settings, "OTEL_EXPORTER_OTLP_CLIENT_KEY"));
        if (tls.certificate().isPresent() != tls.key().isPresent()) {
            settings.error(
                    "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY go together");
        }
        Optional<URI> endpoint = whole.or(() -> base.map(TracingSettings::withPath));
        if (disabled || !exports || endpoint.isEmpty()) {
            return new Off();
        }
        return new On(
                endpoint.get(),
                sampler,
                service.equals("-") ? Optional.empty() : Optional.of(service),
                resource,
                headers,
                gzip,
                timeout,
                tls,
                new Queue(most, batch, delay));
    }

    private static Sampler sampler(Settings settings) {
        double ratio =
                settings.parsed(
                        "OTEL_TRACES_SAMPLER_ARG",
                        1.0,
                        text -> new Sampler(Double.parseDouble(text.strip()), false).ratio(),
                        "the ratio of traces that are recorded, from 0 to 1");
        return settings.parsed(
                "OTEL_TRACES_SAMPLER",
                Sampler.DEFAULT,
                name -> Sampler.of(name.strip(), ratio),
                Sampler.NAMES);
    }

    private static boolean flag(Settings settings, String name) {
        // The specification: whatever is not "true" is false.
        return settings.text(name, "false").strip().equalsIgnoreCase("true");
    }

    private static String protocol(String text) {
        if (!text.strip().equals("http/protobuf")) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static Optional<URI> url(Settings settings, String name, String example) {
        return settings.parsed(
                name,
                Optional.empty(),
                text -> {
                    URI url = URI.create(text.strip());
                    if (url.getHost() == null
                            || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
                            || url.getRawUserInfo() != null) {
                        throw new IllegalArgumentException();
                    }
                    return Optional.of(url);
                },
                "a URL of http or https without user and password, such as " + example);
    }

    private static URI withPath(URI base) {
        String text = base.toString();
        return URI.create((text.endsWith("/") ? text : text + "/") + "v1/traces");
    }

    private static Duration millis(Settings settings, String name, int fallback, int most) {
        return Duration.ofMillis(settings.integer(name, fallback, 1, most));
    }

    /** Reads {@code name=value,name=value}, values with {@code %} as in URLs. */
    private static Map<String, String> pairs(Settings settings, String name, Reading reading) {
        String text = reading.read(name, "-");
        Map<String, String> pairs = new LinkedHashMap<>();
        if (text.equals("-")) {
            return pairs;
        }
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? "" : pair.substring(0, equals).strip();
            try {
                if (!key.isEmpty()) {
                    // A plus is itself here.
                    String value = pair.substring(equals + 1).strip().replace("+", "%2B");
                    pairs.put(key, URLDecoder.decode(value, StandardCharsets.UTF_8));
                    continue;
                }
            } catch (IllegalArgumentException e) {
                // said below, without the value, which may be a secret
            }
            if (!pair.isBlank()) {
                settings.error(name + " must be name=value pairs with commas between them");
            }
        }
        return pairs;
    }

    private static Optional<byte[]> file(Settings settings, String name) {
        return settings.parsed(
                name,
                Optional.empty(),
                path -> {
                    try {
                        return Optional.of(Files.readAllBytes(Path.of(path)));
                    } catch (IOException e) {
                        throw new IllegalArgumentException("cannot be read: " + e, e);
                    }
                },
                "a PEM file");
    }

    /** {@link Settings#text}, or {@link Settings#secret}. */
    interface Reading {
        String read(String name, String fallback);
    }
}
