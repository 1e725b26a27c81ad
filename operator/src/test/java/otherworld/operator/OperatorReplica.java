package otherworld.operator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import otherworld.local.files.Trees;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;

/** The operator's own main in a process of its own, one of several that elect a leader. */
record OperatorReplica(String name, Path folder, ChildProcess process) implements AutoCloseable {
    private static final List<String> FLAGS =
            List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    static OperatorReplica start(OperatorFixture fleet, String name) {
        Path folder = Trees.temporary("operator");
        ProcessSpec spec =
                ProcessSpec.of(
                                "operator " + name,
                                folder,
                                folder.resolve("log"),
                                Build.ofThisCheckout()
                                        .java("operator", Main.class.getName(), FLAGS))
                        .withEnvironment(fleet.operatorEnvironment())
                        .withEnvironment(
                                Map.of(
                                        "HOSTNAME",
                                        name,
                                        "OTHERWORLD_MANAGEMENT_PORT",
                                        "0",
                                        "OTHERWORLD_BIND",
                                        "127.0.0.1",
                                        "OTHERWORLD_LEADER_ELECTION",
                                        "true",
                                        "OTHERWORLD_LEASE_NAMESPACE",
                                        fleet.namespace,
                                        "OTHERWORLD_LEASE_DURATION",
                                        "3s"));
        return new OperatorReplica(name, folder, ChildProcess.start(spec));
    }

    /** SIGKILL. */
    void kill() {
        process.kill();
    }

    /** SIGTERM; returns its exit code. */
    int terminate() {
        return process.stop(STOP_LIMIT);
    }

    @Override
    public void close() {
        kill();
        Trees.delete(folder);
    }
}
