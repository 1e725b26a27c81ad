package otherworld.operator.demand;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.fleet.v1.CordonState;
import otherworld.fleet.v1.InstanceDemand;
import otherworld.fleet.v1.LedgerHealth;
import otherworld.fleet.v1.WorldDemand;
import otherworld.operator.plan.Demand;

/** The last demand heard of each World. Thread-safe: the stream writes, reconcilers read. */
final class DemandBook {
    private record Heard(WorldDemand demand, Instant at) {}

    private final InstantSource clock;
    private final Map<String, Heard> heard = new ConcurrentHashMap<>();
    private volatile Demand.Unreachable streamDown =
            new Demand.Unreachable(
                    "MatchmakerUnreachable", "the operator has not reached the matchmaker yet");
    private volatile boolean streamUp;
    private volatile Optional<Demand.Unreachable> ledgerDown = Optional.empty();

    DemandBook(InstantSource clock) {
        this.clock = clock;
    }

    /** A new stream's snapshot: whatever was known before is void. */
    void opened(Iterable<WorldDemand> snapshot, LedgerHealth health) {
        heard.clear();
        snapshot.forEach(this::heard);
        health(health);
        streamUp = true;
    }

    void heard(WorldDemand demand) {
        heard.put(demand.getWorldId(), new Heard(demand, clock.instant()));
    }

    void health(LedgerHealth health) {
        ledgerDown =
                health.getReachable()
                        ? Optional.empty()
                        : Optional.of(
                                new Demand.Unreachable(
                                        "LedgerUnreachable",
                                        "the matchmaker cannot use Redis: " + health.getMessage()));
    }

    /** True if this is news. */
    boolean closed(String why) {
        boolean news = streamUp || !streamDown.message().equals(why);
        streamUp = false;
        streamDown = new Demand.Unreachable("MatchmakerUnreachable", why);
        return news;
    }

    boolean isOpen() {
        return streamUp;
    }

    /** Why no World's demand is known; empty if it is not so. */
    Optional<Demand.Unreachable> trouble() {
        return streamUp ? ledgerDown : Optional.of(streamDown);
    }

    Demand of(String worldId) {
        Optional<Demand.Unreachable> trouble = trouble();
        if (trouble.isPresent()) {
            return trouble.get();
        }
        Heard last = heard.get(worldId);
        if (last == null) {
            return new Demand.Unreachable(
                    "LedgerSilent", "the matchmaker has not reported this World yet");
        }
        Duration since = Duration.between(last.at(), clock.instant());
        Map<Integer, Demand.Instance> instances = new HashMap<>();
        for (InstanceDemand each : last.demand().getInstancesList()) {
            instances.put(each.getOrdinal(), instance(each, since));
        }
        Set<Integer> wanted = new HashSet<>(last.demand().getWantedOrdinalsList());
        return new Demand.Known(
                Map.copyOf(instances),
                Set.copyOf(wanted),
                last.demand().getOldestUnseatedParty(),
                last.demand().getWaitingPlayers());
    }

    // Idle time goes on between reports: a report comes whenever it ends.
    private static Demand.Instance instance(InstanceDemand each, Duration since) {
        boolean taken = each.getOccupied() + each.getHeld() + each.getReserved() > 0;
        Duration idle = taken ? Duration.ZERO : Duration.ofMillis(each.getIdleMs()).plus(since);
        return new Demand.Instance(
                each.getKnown(),
                each.getPodUid(),
                each.getOccupied(),
                each.getHeld(),
                each.getReserved(),
                each.getFree(),
                idle,
                each.getCordon() == CordonState.CONFIRMED
                        ? Optional.of(each.getCordonToken())
                        : Optional.empty(),
                each.getStorage());
    }
}
