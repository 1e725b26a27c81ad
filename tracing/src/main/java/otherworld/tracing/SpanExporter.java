package otherworld.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** OpenTelemetry's exporter, made with the first spans. The exporting thread's alone. */
final class SpanExporter implements AutoCloseable {
    private final TracingSettings.On settings;
    private final Origin origin;
    private @Nullable OtlpHttpSpanExporter exporter;
    private @Nullable Resource resource;

    SpanExporter(TracingSettings.On settings, Origin origin) {
        this.settings = settings;
        this.origin = origin;
    }

    /** Whether the collector has them; false also if it did not say so in time. */
    boolean export(List<Span> spans, long timeoutMs) {
        OtlpHttpSpanExporter to = exporter == null ? make() : exporter;
        exporter = to;
        Resource from = resource == null ? resource() : resource;
        resource = from;
        // Times of this process as those of the day: by the clocks of now, so that a clock that is
        // set right is right for what follows.
        Instant now = Instant.now();
        long offsetNs =
                TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - System.nanoTime();
        List<SpanData> batch = new ArrayList<>(spans.size());
        for (Span span : spans) {
            batch.add(new OtlpSpan(span, from, offsetNs));
        }
        CompletableResultCode result = to.export(batch);
        return result.join(timeoutMs, TimeUnit.MILLISECONDS).isSuccess();
    }

    private OtlpHttpSpanExporter make() {
        OtlpHttpSpanExporterBuilder builder =
                OtlpHttpSpanExporter.builder()
                        .setEndpoint(settings.endpoint().toString())
                        .setTimeout(settings.timeout())
                        .setCompression(settings.gzip() ? "gzip" : "none");
        settings.headers().forEach(builder::addHeader);
        settings.tls().authorities().ifPresent(builder::setTrustedCertificates);
        settings.tls()
                .certificate()
                .ifPresent(certificate ->
                        settings.tls()
                                .key()
                                .ifPresent(key -> builder.setClientTls(key, certificate)));
        return builder.build();
    }

    private Resource resource() {
        AttributesBuilder attributes = Attributes.builder();
        attributes.put("service.name", settings.service().orElse(origin.service()));
        attributes.put("service.namespace", "otherworld");
        origin.attributes().forEach(attributes::put);
        settings.resource().forEach(attributes::put);
        return Resource.getDefault().merge(Resource.create(attributes.build()));
    }

    @Override
    public void close() {
        if (exporter != null) {
            CompletableResultCode _ = exporter.shutdown();
        }
    }
}
