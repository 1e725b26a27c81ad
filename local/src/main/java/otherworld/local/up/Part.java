package otherworld.local.up;

import java.util.Optional;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.Service;

/**
 * Something the supervisor keeps running. Its methods are called by one thread at a time.
 *
 * @param name as people call it: the name of its log
 * @param address what to show: a URL, or where it listens
 */
record Part(String name, String address, Runner runner) {

    /** How to watch it, start it again and stop it. */
    interface Runner {
        /** The process to watch; empty if it runs inside the supervisor or outside the cluster. */
        Optional<ChildProcess> process();

        /** Whether the process says anything; blocks for a few seconds at most. */
        boolean isResponsive();

        /** SIGKILL: it does not answer, and would not answer a polite request to end. */
        void kill();

        /** Starts it again after its process ended; returns once it answers. */
        void restart();

        /** Stops it in order. Idempotent. */
        void stop();
    }

    static Part of(Service service, String address) {
        return of(service.name(), service, address);
    }

    static Part of(String name, Service service, String address) {
        return new Part(
                name,
                address,
                new Runner() {
                    @Override
                    public Optional<ChildProcess> process() {
                        return service.process();
                    }

                    @Override
                    public boolean isResponsive() {
                        return service.isResponsive();
                    }

                    @Override
                    public void kill() {
                        service.kill();
                    }

                    @Override
                    public void restart() {
                        service.restart();
                    }

                    @Override
                    public void stop() {
                        service.stop();
                    }
                });
    }

    /** Runs inside the supervisor, and so ends with it alone. */
    static Part inside(String name, String address, Runnable stop) {
        return new Part(
                name,
                address,
                new Runner() {
                    @Override
                    public Optional<ChildProcess> process() {
                        return Optional.empty();
                    }

                    @Override
                    public boolean isResponsive() {
                        return true; // it would not be asked otherwise
                    }

                    @Override
                    public void kill() {
                        throw new IllegalStateException(name + " has no process to end");
                    }

                    @Override
                    public void restart() {
                        throw new IllegalStateException(name + " has no process to start again");
                    }

                    @Override
                    public void stop() {
                        stop.run();
                    }
                });
    }
}
