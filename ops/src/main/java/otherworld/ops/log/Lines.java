package otherworld.ops.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import org.slf4j.spi.MDCAdapter;
import otherworld.ops.JsonText;

/** An event as bytes: the line of a text for people, or one JSON object for collectors. */
sealed interface Lines {
    /** {@code text} or {@code json}. */
    String SETTING = "OTHERWORLD_LOG_FORMAT";

    byte[] line(Level level, String logger, String message, @Nullable Throwable thrown);

    static Lines of(Map<String, String> environment, Clock clock, MDCAdapter context) {
        if (!"json".equalsIgnoreCase(environment.get(SETTING))) {
            return new Text(clock);
        }
        Map<String, String> always = new LinkedHashMap<>();
        put(always, "world", environment.get("OTHERWORLD_WORLD"));
        put(always, "instance", environment.get("OTHERWORLD_ORDINAL"));
        put(always, "pod", environment.get("OTHERWORLD_POD_NAME"));
        return new Json(clock, context, always);
    }

    private static void put(Map<String, String> to, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            to.put(name, value);
        }
    }

    /**
     * What a stranger may have written, made harmless for whoever reads the log in a terminal or by
     * lines: what follows a line's end is indented, so that nothing but an event begins a line, and
     * what steers a terminal or turns the direction of text is spelled out.
     */
    static String harmless(String text) {
        int i = 0;
        while (i < text.length() && !JsonText.steers(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder harmless = new StringBuilder(text.length() + 16).append(text, 0, i);
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                harmless.append("\n\t");
            } else if (c == '\t') {
                harmless.append(c);
            } else if (JsonText.steers(c)) {
                harmless.append("\\u%04x".formatted((int) c));
            } else {
                harmless.append(c);
            }
        }
        return harmless.toString();
    }

    private static String trace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /**
     * {@code 2026-01-31T23:59:59.123Z WARN Journal: … player=ann}, with what the {@link LogContext}
     * says at its end, and the trace of what was thrown.
     */
    record Text(Clock clock) implements Lines {
        private static final DateTimeFormatter TIME =
                DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

        @Override
        public byte[] line(Level level, String logger, String message, @Nullable Throwable thrown) {
            StringBuilder line = new StringBuilder(96 + message.length());
            TIME.formatTo(OffsetDateTime.now(clock), line);
            line.append(' ').append(level).append(level.name().length() == 4 ? "  " : " ");
            line.append(logger, logger.lastIndexOf('.') + 1, logger.length());
            line.append(": ").append(harmless(message));
            LogContext.fields()
                    .forEach((name, value) -> {
                        line.append(' ').append(name).append('=').append(harmless(value));
                    });
            line.append('\n');
            if (thrown != null) {
                line.append('\t').append(harmless(trace(thrown).stripTrailing())).append('\n');
            }
            return line.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    /**
     * Has {@code time}, {@code level}, {@code logger}, {@code message}, which World, instance and
     * pod it is of, what the thread has in its {@link org.slf4j.MDC}, what its {@link LogContext}
     * says, and {@code error}, the trace.
     */
    record Json(Clock clock, MDCAdapter context, Map<String, String> always) implements Lines {
        @Override
        public byte[] line(Level level, String logger, String message, @Nullable Throwable thrown) {
            StringBuilder line = new StringBuilder(160 + message.length());
            line.append("{\"time\":\"").append(clock.instant()).append('"');
            member(line, "level", level.name());
            member(line, "logger", logger);
            member(line, "message", message);
            always.forEach((name, value) -> member(line, name, value));
            Map<String, String> of = context.getCopyOfContextMap();
            if (of != null) {
                of.forEach((name, value) -> member(line, name, value));
            }
            LogContext.fields()
                    .forEach((name, value) -> {
                        if (!always.containsKey(name)) {
                            member(line, name, value);
                        }
                    });
            if (thrown != null) {
                member(line, "error", trace(thrown));
            }
            return line.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
        }

        private static void member(StringBuilder to, String name, String value) {
            to.append(',').append(JsonText.quoted(name)).append(':').append(JsonText.quoted(value));
        }
    }
}
