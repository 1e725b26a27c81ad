package otherworld.tracing;

import java.util.ArrayList;
import java.util.List;
import otherworld.base.TraceContext;

/**
 * Something that is over. Times are {@link System#nanoTime} of this process. Names and attributes
 * are OpenTelemetry's semantic conventions where these have one.
 *
 * @param context its own; always one that is recorded
 * @param parent the span that it is part of; 0: none
 * @param error what it failed for, in a word; empty if it did not
 */
public record Span(
        String name,
        Kind kind,
        TraceContext context,
        long parent,
        long startNs,
        long endNs,
        List<Attribute> attributes,
        List<Event> events,
        List<TraceContext> links,
        String error) {
    /** Characters of an attribute's text: more is cut off. */
    public static final int MAX_TEXT = 256;

    public static final int MAX_LINKS = 128;
    public static final int MAX_EVENTS = 32;

    /** What the other side of it is. */
    public enum Kind {
        INTERNAL,
        /** Answers somebody. */
        SERVER,
        /** Asks somebody. */
        CLIENT
    }

    /** Text, a number or a truth. */
    public sealed interface Attribute {
        String name();

        record Text(String name, String value) implements Attribute {
            public Text {
                value = value.length() > MAX_TEXT ? value.substring(0, MAX_TEXT) : value;
            }
        }

        record Count(String name, long value) implements Attribute {}

        record Flag(String name, boolean value) implements Attribute {}
    }

    /** What happened at one moment of it. */
    public record Event(String name, long atNs, List<Attribute> attributes) {
        public Event {
            attributes = List.copyOf(attributes);
        }
    }

    public Span {
        attributes = List.copyOf(attributes);
        events = List.copyOf(events);
        links = List.copyOf(links);
    }

    /**
     * Begins one; it counts once it {@linkplain Draft#end ends}.
     *
     * @param parent the span that it is part of; 0: none
     */
    public static Draft begin(
            String name, Kind kind, TraceContext context, long parent, long startNs) {
        return new Draft(name, kind, context, parent, startNs);
    }

    /** A span that is under way. One thread at a time. */
    public static final class Draft {
        private final String name;
        private final Kind kind;
        private final TraceContext context;
        private final long parent;
        private final long startNs;
        private final List<Attribute> attributes = new ArrayList<>();
        private final List<Event> events = new ArrayList<>();
        private final List<TraceContext> links = new ArrayList<>();
        private String error = "";

        private Draft(String name, Kind kind, TraceContext context, long parent, long startNs) {
            this.name = name;
            this.kind = kind;
            this.context = context;
            this.parent = parent;
            this.startNs = startNs;
        }

        public TraceContext context() {
            return context;
        }

        public long startNs() {
            return startNs;
        }

        public Draft with(String attribute, String value) {
            if (!value.isEmpty()) {
                attributes.add(new Attribute.Text(attribute, value));
            }
            return this;
        }

        public Draft with(String attribute, long value) {
            attributes.add(new Attribute.Count(attribute, value));
            return this;
        }

        public Draft with(String attribute, boolean value) {
            attributes.add(new Attribute.Flag(attribute, value));
            return this;
        }

        public Draft event(String what, long atNs, Attribute... more) {
            if (events.size() < MAX_EVENTS) {
                events.add(new Event(what, atNs, List.of(more)));
            }
            return this;
        }

        /** It has to do with another span, perhaps of another trace. */
        public Draft link(TraceContext other) {
            if (links.size() < MAX_LINKS) {
                links.add(other);
            }
            return this;
        }

        /**
         * @param type in a word of few: {@code error.type}
         */
        public Draft failed(String type) {
            error = type;
            return with("error.type", type);
        }

        public Span end(long endNs) {
            return new Span(
                    name,
                    kind,
                    context,
                    parent,
                    startNs,
                    Math.max(startNs, endNs),
                    attributes,
                    events,
                    links,
                    error);
        }
    }
}
