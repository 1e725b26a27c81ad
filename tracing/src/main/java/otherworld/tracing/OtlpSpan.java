package otherworld.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import otherworld.base.TraceContext;

/**
 * A {@link Span} as OpenTelemetry's exporter reads it.
 *
 * @param offsetNs from {@link System#nanoTime} to nanoseconds since 1970
 */
record OtlpSpan(Span span, Resource resource, long offsetNs) implements SpanData {
    private static final InstrumentationScopeInfo SCOPE =
            InstrumentationScopeInfo.create("otherworld");

    @Override
    public String getName() {
        return span.name();
    }

    @Override
    public SpanKind getKind() {
        return switch (span.kind()) {
            case INTERNAL -> SpanKind.INTERNAL;
            case SERVER -> SpanKind.SERVER;
            case CLIENT -> SpanKind.CLIENT;
        };
    }

    @Override
    public SpanContext getSpanContext() {
        return context(span.context());
    }

    @Override
    public SpanContext getParentSpanContext() {
        return span.parent() == 0
                ? SpanContext.create(
                        span.context().traceId(),
                        SpanId.getInvalid(),
                        TraceFlags.getSampled(),
                        TraceState.getDefault())
                : context(span.context().withSpan(span.parent()));
    }

    private static SpanContext context(TraceContext of) {
        return SpanContext.create(
                of.traceId(),
                of.spanId(),
                of.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                TraceState.getDefault());
    }

    @Override
    public StatusData getStatus() {
        return span.error().isEmpty() ? StatusData.unset() : StatusData.error();
    }

    @Override
    public long getStartEpochNanos() {
        return span.startNs() + offsetNs;
    }

    @Override
    public long getEndEpochNanos() {
        return span.endNs() + offsetNs;
    }

    @Override
    public Attributes getAttributes() {
        return attributes(span.attributes());
    }

    private static Attributes attributes(List<Span.Attribute> of) {
        AttributesBuilder attributes = Attributes.builder();
        for (Span.Attribute attribute : of) {
            switch (attribute) {
                case Span.Attribute.Text(String name, String value) -> attributes.put(name, value);
                case Span.Attribute.Count(String name, long value) -> attributes.put(name, value);
                case Span.Attribute.Flag(String name, boolean value) -> attributes.put(name, value);
            }
        }
        return attributes.build();
    }

    @Override
    public List<EventData> getEvents() {
        return span.events().stream()
                .map(event ->
                        EventData.create(
                                event.atNs() + offsetNs,
                                event.name(),
                                attributes(event.attributes())))
                .toList();
    }

    @Override
    public List<LinkData> getLinks() {
        return span.links().stream().map(link -> LinkData.create(context(link))).toList();
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return span.events().size();
    }

    @Override
    public int getTotalRecordedLinks() {
        return span.links().size();
    }

    @Override
    public int getTotalAttributeCount() {
        return span.attributes().size();
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface still wants it
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create("otherworld", null);
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
