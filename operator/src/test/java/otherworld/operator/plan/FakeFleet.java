package otherworld.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import otherworld.operator.plan.PodView.Phase;

/** A fleet in memory that obeys plans, for tests of the planner. One thread. */
final class FakeFleet {
    static final String BROKEN = "broken";

    final List<PodView> pods = new ArrayList<>();

    /** By ordinal, players that the ledger has a seat for. */
    final Map<Integer, Integer> players = new TreeMap<>();

    /** By ordinal, since when nobody is in. */
    final Map<Integer, Instant> idleSince = new TreeMap<>();

    final Set<Integer> wanted = new TreeSet<>();
    final Set<Integer> unknown = new TreeSet<>();
    final Set<String> confirmed = new TreeSet<>();
    final Map<Integer, Instant> lastReady = new HashMap<>();

    /** Pods of these templates never become Ready. */
    final Set<String> broken = new TreeSet<>(Set.of(BROKEN));

    Optional<Setback> setback = Optional.empty();
    boolean reachable = true;
    int waiting;
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Policy policy;

    private final Map<Integer, Integer> attempts = new HashMap<>();
    private int uids;

    FakeFleet(Policy policy) {
        this.policy = policy;
    }

    static Policy policy(int capacity, int min, int max, int spareSeats) {
        return new Policy(
                "plaza", capacity, min, max, 0, spareSeats, Duration.ofMinutes(5), 1, "r1");
    }

    Observation observe() {
        pods.stream()
                .filter(pod -> pod.phase() == Phase.READY)
                .forEach(pod -> lastReady.put(pod.ordinal(), now));
        return new Observation(
                policy,
                List.copyOf(pods),
                Map.copyOf(attempts),
                demand(),
                setback,
                Map.copyOf(lastReady),
                now);
    }

    Plan plan() {
        return Planner.plan(observe());
    }

    /** Plans and obeys; returns the plan. */
    Plan step() {
        Plan plan = plan();
        plan.actions().forEach(this::obey);
        return plan;
    }

    void obey(Action action) {
        switch (action) {
            case Action.Create it -> {
                attempts.merge(it.ordinal(), it.attempt(), Math::max);
                int port = 20_000;
                while (used(port) || it.avoidPorts().contains(port)) {
                    port++;
                }
                pods.add(
                        pod(
                                it.ordinal(),
                                it.attempt(),
                                it.failures(),
                                it.portsTaken(),
                                port,
                                Phase.STARTING,
                                policy.revision()));
            }
            case Action.Cordon it ->
                    edit(it.podUid(), pod -> with(pod, pod.phase(), Optional.of(it.token())));
            case Action.Uncordon it ->
                    edit(it.podUid(), pod -> with(pod, pod.phase(), Optional.empty()));
            case Action.Remove it ->
                    edit(it.podUid(), pod -> with(pod, Phase.STOPPING, pod.cordon()));
            case Action.Replace it ->
                    edit(it.podUid(), pod -> with(pod, Phase.STOPPING, pod.cordon()));
            case Action.CleanUp it -> pods.removeIf(pod -> pod.uid().equals(it.podUid()));
        }
    }

    /** Every starting pod becomes Ready. */
    void settle() {
        List.copyOf(pods).stream().filter(it -> it.phase() == Phase.STARTING).forEach(this::ready);
        pods.removeIf(it -> it.phase() == Phase.STOPPING);
    }

    void ready(PodView pod) {
        if (broken.contains(pod.revision())) {
            return;
        }
        idleSince.putIfAbsent(pod.ordinal(), now);
        edit(pod.uid(), it -> with(it, Phase.READY, it.cordon()));
    }

    /** It was Ready, and is no more; it still reports. */
    void freeze(PodView pod) {
        edit(pod.uid(), it -> with(it, Phase.STARTING, it.cordon()));
    }

    void fail(PodView pod, PodView.End end) {
        edit(
                pod.uid(),
                it ->
                        copy(
                                it,
                                Phase.ENDED,
                                it.startedAt(),
                                Optional.of(now),
                                it.cordon(),
                                it.problem(),
                                false,
                                end));
    }

    /** Its process runs, without becoming Ready, since now. */
    void run(PodView pod) {
        edit(
                pod.uid(),
                it ->
                        copy(
                                it,
                                it.phase(),
                                Optional.of(now),
                                Optional.empty(),
                                it.cordon(),
                                it.problem(),
                                false,
                                it.end()));
    }

    /** The cluster says why it does not start. */
    void complain(PodView pod, String reason) {
        edit(
                pod.uid(),
                it ->
                        copy(
                                it,
                                it.phase(),
                                it.startedAt(),
                                it.endedAt(),
                                it.cordon(),
                                Optional.of(new PodView.Problem(reason, "no place")),
                                it.wasReady(),
                                it.end()));
    }

    void fail(PodView pod) {
        edit(pod.uid(), it -> with(it, Phase.ENDED, it.cordon()));
    }

    void stop(PodView pod) {
        edit(pod.uid(), it -> with(it, Phase.STOPPING, it.cordon()));
    }

    void enter(int ordinal, int count) {
        players.put(ordinal, count);
        if (count == 0) {
            idleSince.put(ordinal, now);
        }
    }

    Set<Integer> live() {
        Set<Integer> ordinals = new TreeSet<>();
        pods.stream().filter(PodView::live).forEach(pod -> ordinals.add(pod.ordinal()));
        return ordinals;
    }

    Set<Integer> serving() {
        Set<Integer> ordinals = new TreeSet<>();
        pods.stream()
                .filter(pod -> pod.live() && pod.cordon().isEmpty())
                .forEach(pod -> ordinals.add(pod.ordinal()));
        return ordinals;
    }

    PodView pod(int ordinal) {
        return pods.stream()
                .filter(pod -> pod.live() && pod.ordinal() == ordinal)
                .findFirst()
                .orElseThrow();
    }

    private boolean used(int port) {
        return pods.stream().anyMatch(pod -> pod.port() == port);
    }

    private Demand demand() {
        if (!reachable) {
            return new Demand.Unreachable("MatchmakerUnreachable", "it is gone");
        }
        Map<Integer, Demand.Instance> instances = new HashMap<>();
        for (PodView pod : pods) {
            if (pod.phase() != Phase.READY && !pod.wasReady()) {
                continue;
            }
            int taken = players.getOrDefault(pod.ordinal(), 0);
            instances.put(
                    pod.ordinal(),
                    new Demand.Instance(
                            !unknown.contains(pod.ordinal()),
                            pod.uid(),
                            taken,
                            0,
                            0,
                            Math.max(0, policy.capacity() - taken),
                            taken > 0
                                    ? Duration.ZERO
                                    : Duration.between(
                                            idleSince.getOrDefault(pod.ordinal(), now), now),
                            pod.cordon().filter(confirmed::contains)));
        }
        players.forEach((ordinal, count) ->
                instances.putIfAbsent(
                        ordinal,
                        new Demand.Instance(
                                false, "", count, 0, 0, 0, Duration.ZERO, Optional.empty())));
        return new Demand.Known(
                Map.copyOf(instances), Set.copyOf(wanted), waiting > seatsSoon() ? 1 : 0, waiting);
    }

    // The ledger knows of instances from their start, and counts their seats for those who wait.
    private int seatsSoon() {
        return live().stream()
                .mapToInt(ordinal ->
                        Math.max(0, policy.capacity() - players.getOrDefault(ordinal, 0)))
                .sum();
    }

    private interface Edit {
        PodView apply(PodView pod);
    }

    private void edit(String uid, Edit edit) {
        pods.replaceAll(pod -> pod.uid().equals(uid) ? edit.apply(pod) : pod);
    }

    private PodView pod(
            int ordinal,
            int attempt,
            int failures,
            int portsTaken,
            int port,
            Phase phase,
            String revision) {
        return new PodView(
                "plaza-%d-%d".formatted(ordinal, attempt),
                "uid-" + uids++,
                ordinal,
                attempt,
                failures,
                portsTaken,
                port,
                phase,
                now,
                Optional.empty(),
                Optional.empty(),
                revision,
                Optional.empty(),
                Optional.empty(),
                false,
                PodView.End.FAULT);
    }

    private PodView with(PodView pod, Phase phase, Optional<String> cordon) {
        return copy(
                pod,
                phase,
                pod.startedAt()
                        .or(() -> phase == Phase.READY ? Optional.of(now) : Optional.empty()),
                phase == Phase.ENDED ? Optional.of(now) : Optional.empty(),
                cordon,
                Optional.empty(),
                phase == Phase.STARTING && (pod.wasReady() || pod.phase() == Phase.READY),
                PodView.End.FAULT);
    }

    private static PodView copy(
            PodView pod,
            Phase phase,
            Optional<Instant> startedAt,
            Optional<Instant> endedAt,
            Optional<String> cordon,
            Optional<PodView.Problem> problem,
            boolean wasReady,
            PodView.End end) {
        return new PodView(
                pod.name(),
                pod.uid(),
                pod.ordinal(),
                pod.attempt(),
                pod.failures(),
                pod.portsTaken(),
                pod.port(),
                phase,
                pod.createdAt(),
                startedAt,
                endedAt,
                pod.revision(),
                cordon,
                problem,
                wasReady,
                end);
    }
}
