package otherworld.ops.log;

import java.io.IOException;
import java.io.OutputStream;
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

/** Loggers by name, which write whole lines, one after another. Any thread. */
final class LineLoggers implements ILoggerFactory {
    private final Levels levels;
    private final Lines lines;
    private final OutputStream out;

    /** Not a monitor: a virtual thread that waits for it gives up its carrier on any JDK. */
    private final ReentrantLock writing = new ReentrantLock();

    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();

    LineLoggers(Levels levels, Lines lines, OutputStream out) {
        this.levels = levels;
        this.lines = lines;
        this.out = out;
    }

    @Override
    public Logger getLogger(String name) {
        return loggers.computeIfAbsent(name, LineLogger::new);
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
            from = levels.of(name).toInt();
        }

        @Override
        protected void handleNormalizedLoggingCall(
                Level level,
                @Nullable Marker marker,
                @Nullable String pattern,
                Object @Nullable [] arguments,
                @Nullable Throwable thrown) {
            String message = MessageFormatter.basicArrayFormat(pattern, arguments);
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
