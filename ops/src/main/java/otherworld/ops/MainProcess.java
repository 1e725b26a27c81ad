package otherworld.ops;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.Settings;
import otherworld.ops.audit.AuditLog;

/**
 * The frame of a {@code main}: reads the settings and says what is wrong with them, runs the
 * process until SIGTERM (or until it ends itself), closes it, and exits with a code of {@link
 * ExitCode}.
 */
public final class MainProcess {
    private static final Logger log = LoggerFactory.getLogger(MainProcess.class);

    private MainProcess() {}

    /** A running process. */
    @FunctionalInterface
    public interface Running {
        /**
         * Finishes what is under way and stops; called once, on SIGTERM or after {@link Exit#exit}.
         */
        void close() throws Exception;
    }

    /** Starts the process; returns once it works, or throws with what to do. */
    @FunctionalInterface
    public interface Start {
        Running start(Settings settings, Exit exit) throws Exception;
    }

    /** Lets a process end itself, from any thread. The first call counts. */
    @FunctionalInterface
    public interface Exit {
        void exit(int code, String why);
    }

    /** Runs until the process ends, and does not return. */
    public static void run(String name, Map<String, String> environment, Start start) {
        CachedJars.changed()
                .ifPresent(why -> {
                    System.err.println(name + " cannot start: " + why);
                    System.exit(ExitCode.FAILED);
                });
        Logs.init();
        AuditLog.begin(name);
        Settings settings = new Settings(environment);
        CountDownLatch ended = new CountDownLatch(1);
        int[] code = {ExitCode.OK};
        Exit exit =
                (wanted, why) -> {
                    synchronized (code) {
                        if (ended.getCount() > 0) {
                            log.info("{} ends: {}", name, why);
                            code[0] = wanted;
                            ended.countDown();
                        }
                    }
                };
        Running running;
        try {
            running = start.start(settings, exit);
        } catch (Settings.InvalidSettings e) {
            System.err.println(name + " cannot start:\n" + e.getMessage());
            System.exit(ExitCode.BAD_SETTINGS);
            return;
        } catch (PortTaken e) {
            log.error("{} {}", name, e.getMessage());
            System.exit(ExitCode.PORT_TAKEN);
            return;
        } catch (Exception e) {
            log.error("{} cannot start: {}", name, e.getMessage(), e);
            System.exit(ExitCode.FAILED);
            return;
        } catch (Error e) { // other threads may run already, and would keep half a process alive
            log.error("{} cannot start: {}", name, e.getMessage(), e);
            Runtime.getRuntime().halt(ExitCode.FAILED);
            return;
        }
        // SIGTERM: the JVM runs this hook and would end, with a code of its own, when it returned.
        // It does not: the main thread does the closing, and ends the process.
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    exit.exit(ExitCode.OK, "asked to stop");
                                    awaitQuietly(new CountDownLatch(1));
                                },
                                "shutdown"));
        log.info("{} started:\n{}", name, settings.describe());
        awaitQuietly(ended);
        int closing = close(name, running);
        // halt, not exit: everything is closed, and a process that ends itself must keep its exit
        // code even when SIGTERM arrives at the same time.
        Runtime.getRuntime().halt(code[0] == ExitCode.OK ? closing : code[0]);
    }

    private static int close(String name, Running running) {
        try {
            running.close();
            return ExitCode.OK;
        } catch (Exception
                | Error e) { // an Error too: nobody else would say it, or end the process
            log.error("{} did not close cleanly: {}", name, e.getMessage(), e);
            return ExitCode.FAILED;
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(1, TimeUnit.DAYS);
            while (latch.getCount() > 0) {
                latch.await(1, TimeUnit.DAYS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
