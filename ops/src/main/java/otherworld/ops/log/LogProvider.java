package otherworld.ops.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Clock;
import java.time.ZoneId;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Found by SLF4J through {@code META-INF/services}. What is logged goes to standard output, which
 * is the container's log; with {@code -Dotherworld.log=stderr} to standard error, for programs
 * whose output is a report, and then of libraries and our own code alike what is wrong alone.
 *
 * <p>Why no library: of the well-kept ones Logback is under copyleft licences, and Log4j is a
 * megabyte and a quarter of a second in every start.
 */
public final class LogProvider implements SLF4JServiceProvider {
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new BasicMDCAdapter();
    private final LineLoggers loggers;

    public LogProvider() {
        boolean report = "stderr".equals(System.getProperty("otherworld.log"));
        // Not System.out: a write is one event, of one thread, and needs no second buffer.
        FileOutputStream out =
                new FileOutputStream(report ? FileDescriptor.err : FileDescriptor.out);
        loggers =
                new LineLoggers(
                        Levels.of(System.getenv(Levels.SETTING), report),
                        Lines.of(System.getenv(), Clock.system(ZoneId.systemDefault()), context),
                        out,
                        LineLoggers.Audit.of(System.getenv()));
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99";
    }

    @Override
    public void initialize() {}
}
