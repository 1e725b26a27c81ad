package otherworld.ops.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import otherworld.ops.audit.AuditLog;

/** Loggers by name, which write whole lines, one after another. Any thread. */
final class LineLoggers implements ILoggerFactory {
    private final Levels levels;
    private final Lines lines;
    private final OutputStream out;
    private final Audit audit;

    /** Not a monitor: a virtual thread that waits for it gives up its carrier on any JDK. */
    private final ReentrantLock writing = new ReentrantLock();

    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();

    /** Where audit lines go: whatever the level of the log is, and as they are. */
    sealed interface Audit {
        String SETTING = "OTHERWORLD_AUDIT";
        String FILE = "OTHERWORLD_AUDIT_FILE";

        record Off() implements Audit {}

        /** Between the lines of the log. */
        record Here() implements Audit {}

        record Elsewhere(AuditFile file) implements Audit {}

        static Audit of(Map<String, String> environment) {
            String file = environment.getOrDefault(FILE, "");
            if ("off".equalsIgnoreCase(environment.get(SETTING))) {
                return new Off();
            }
            return file.isEmpty()
                    ? new Here()
                    : new Elsewhere(new AuditFile(Path.of(file), AuditFile.MOST_BYTES));
        }
    }

    LineLoggers(Levels levels, Lines lines, OutputStream out, Audit audit) {
        this.levels = levels;
        this.lines = lines;
        this.out = out;
        this.audit = audit;
    }

    @Override
    public Logger getLogger(String name) {
        return loggers.computeIfAbsent(name, LineLogger::new);
    }

    private void audit(byte[] line) {
        switch (audit) {
            case Audit.Off() -> {}
            case Audit.Here() -> write(line);
            case Audit.Elsewhere(AuditFile file) -> {
                writing.lock();
                try {
                    file.write(line);
                } catch (IOException e) {
                    // Where it is still read, then, and with why.
                    write(
                            lines.line(
                                    Level.ERROR,
                                    AuditLog.LOGGER,
                                    "The audit log's file cannot be written (%s): here is what belongs there"
                                            .formatted(e),
                                    null));
                    write(line);
                } finally {
                    writing.unlock();
                }
            }
        }
    }

    private void write(byte[] line) {
        writing.lock();
        try {
            out.write(line);
            out.flush();
        } catch (IOException e) {
            // Nobody reads what is written: there is nowhere to say so.
        } finally {
            writing.unlock();
        }
    }

    private final class LineLogger extends LegacyAbstractLogger {
        private static final long serialVersionUID = 1;

        private final int from;

        LineLogger(String name) {
            this.name = name;
            from = name.equals(AuditLog.LOGGER) ? Level.INFO.toInt() : levels.of(name).toInt();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                @Nullable String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            String message = MessageFormatter.basicArrayFormat(pattern, arguments);
            if (name.equals(AuditLog.LOGGER)) {
                audit((message + "\n").getBytes(StandardCharsets.UTF_8));
                return;
            }
            write(lines.line(level, name, message == null ? "null" : message, thrown));
        }

        @Override
        protected @Nullable String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        public boolean isTraceEnabled() {
            return Level.TRACE.toInt() >= from;
        }

        @Override
        public boolean isDebugEnabled() {
            return Level.DEBUG.toInt() >= from;
        }

        @Override
        public boolean isInfoEnabled() {
            return Level.INFO.toInt() >= from;
        }

        @Override
        public boolean isWarnEnabled() {
            return Level.WARN.toInt() >= from;
        }

        @Override
        public boolean isErrorEnabled() {
            return Level.ERROR.toInt() >= from;
        }
    }
}
