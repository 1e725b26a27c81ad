package otherworld.e2e.faults;

import static otherworld.e2e.faults.HeldProcess.By.SIGKILL;
import static otherworld.e2e.faults.HeldProcess.By.SIGSTOP;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import otherworld.e2e.Otherworld;
import otherworld.e2e.faults.Fault.Due;
import otherworld.e2e.faults.HeldProcess.By;

/** All faults, the most telling first. */
final class Faults {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String CRASH_LOOP =
            """
            apiVersion: otherworld.dev/v1alpha1
            kind: World
            metadata: {name: broken}
            spec:
              capacity: 20
              instances: {min: 1}
              template:
                env: [{name: JAVA_TOOL_OPTIONS, value: -XX:NoSuchFlag}]
            """;

    /**
     * What a minute without seats is of an hour depends on how much there was before; of an hour in
     * which players came it is a fiftieth, and none of this.
     */
    private static final Due SEATS_BURN = may("OtherworldSeatsBudgetBurn");

    private static final List<Due> DATABASE_AWAY =
            List.of(
                    due("OtherworldLeaseNotHeld", 45),
                    may("OtherworldStorageStalled"),
                    // Each server that is started in its place answers for a moment: a lease is
                    // renewed, and lost once more.
                    may("OtherworldLeasesLost"),
                    may("OtherworldEditsBudgetBurn"),
                    SEATS_BURN);

    private Faults() {}

    private static Due due(String alert, long withinSeconds) {
        return new Due(alert, Duration.ofSeconds(withinSeconds));
    }

    /** Right to fire, and to keep silent. */
    private static Due may(String alert) {
        return new Due(alert, Duration.ofDays(1));
    }

    static List<Fault> all() {
        List<Fault> all = new ArrayList<>();
        all.addAll(
                away(
                        "redis",
                        "Redis",
                        MINUTE,
                        List.of(due("OtherworldSeatLedgerDown", 50), SEATS_BURN)));
        all.addAll(away("database", "PostgreSQL", MINUTE, DATABASE_AWAY));
        all.addAll(
                away(
                        "matchmaker",
                        "matchmaker",
                        MINUTE.multipliedBy(3),
                        List.of(
                                due("OtherworldMatchmakersGone", 90),
                                due("OtherworldTargetDown", 150))));
        all.addAll(
                away(
                        "operator",
                        "operator",
                        MINUTE.multipliedBy(3),
                        List.of(
                                due("OtherworldMatchmakerWithoutOperator", 120),
                                due("OtherworldOperatorNotLeading", 150),
                                due("OtherworldTargetDown", 150))));
        List<Due> noApiServer =
                List.of(due("OtherworldApiServerAway", 165), may("OtherworldApiServerRefuses"));
        all.addAll(away("kube-apiserver", "API server", MINUTE.multipliedBy(3), noApiServer));
        all.addAll(away("etcd", "etcd", MINUTE.multipliedBy(3), noApiServer));
        all.add(diskFull());
        all.add(hotInstance());
        all.add(crashLoop());
        all.add(dns());
        return all;
    }

    /** By both ways to be away: refusing, and saying nothing. */
    private static List<Fault> away(String part, String title, Duration hold, List<Due> due) {
        return Stream.of(SIGKILL, SIGSTOP).map(by -> away(part, title, by, hold, due)).toList();
    }

    private static Fault away(String part, String title, By by, Duration hold, List<Due> due) {
        String way = by == SIGKILL ? "kill" : "stop";
        return new Fault(
                part + "-" + way,
                "%s, %s".formatted(title, by),
                hold,
                Scenes.usual(),
                cluster -> HeldProcess.part(cluster, part, by),
                due);
    }

    private static Fault diskFull() {
        return new Fault(
                "disk-full",
                "PostgreSQL's disk is full",
                MINUTE,
                new Scenes.SmallDisk(),
                cluster ->
                        FullDisk.fill(
                                Path.of("/proc", Long.toString(cluster.supervisor()), "root")
                                        .resolve(Scenes.SmallDisk.MOUNT.substring(1)),
                                cluster.connections()),
                DATABASE_AWAY);
    }

    private static Fault hotInstance() {
        return new Fault(
                "hot-instance",
                "one instance gets a fifth of a core",
                MINUTE.multipliedBy(4),
                Scenes.usual(),
                cluster ->
                        new Throttled(
                                cluster.podProcess(Fault.firstPod(cluster)),
                                Duration.ofMillis(100),
                                0.2),
                List.of(due("OtherworldTicksBudgetBurn", 200)));
    }

    private static Fault crashLoop() {
        return new Fault(
                "crash-loop",
                "the pods of another World end as soon as they start",
                MINUTE.multipliedBy(2),
                Scenes.usual(),
                cluster -> {
                    cluster.apply(CRASH_LOOP).expectSuccess();
                    return () -> cluster.kubectl("delete", "world", "broken").expectSuccess();
                },
                List.of(due("OtherworldInstanceCrashLoop", 60)));
    }

    private static Fault dns() {
        Scenes.Names names = new Scenes.Names();
        return new Fault(
                "dns",
                "DNS, and an instance is killed while it is away",
                MINUTE,
                names,
                cluster -> silence(names.nameserver(), cluster),
                List.of(may("OtherworldPlayersNotBack"), SEATS_BURN));
    }

    private static Fault.Held silence(Nameserver names, Otherworld cluster) throws Exception {
        JsonNode pod = Fault.firstPod(cluster);
        names.fallSilent();
        Thread.sleep(25_000); // what was looked up lately is known for a while
        cluster.killPod(pod);
        return new Fault.Held() {
            @Override
            public String note() {
                return "%d questions without an answer".formatted(names.unanswered());
            }

            @Override
            public void close() {
                names.speak();
            }
        };
    }
}
