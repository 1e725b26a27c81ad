package otherworld.matchmaker.decisions;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.fleet.v1.SeatDecision;
import otherworld.fleet.v1.SeatDecision.Outcome;
import otherworld.http.RecentMap;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.Location;
import otherworld.ledger.SeatLedger.Rejected;

/**
 * What was decided about players, from the ledger's own answers. Brought to the ledger twice a
 * second, so that all matchmakers know the newest of each World; what is more than it keeps is
 * dropped here already. The same said again within {@link #AGAIN} is not new. Thread-safe.
 */
public final class SeatDecisions implements AutoCloseable {
    /** What a player is told whose session's seat is another's, or nobody's. */
    public static final String SESSION_ENDED =
            "the seat was given back, or the player has a newer one";

    private static final Logger log = LoggerFactory.getLogger(SeatDecisions.class);
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(60);
    private static final int MOST_PASSED = 8;
    private static final int MOST_WORLDS = 1_000;
    private static final int REMEMBERED = 20_000;
    private static final Pattern INSTANCE = Pattern.compile("instance (\\d{1,5})\\b");

    private final SeatLedger ledger;
    private final InstantSource clock;
    private final RecentMap<Asker, Told> told = new RecentMap<>(REMEMBERED);
    private final Thread thread;

    // Guarded by this.
    private Map<WorldId, ArrayDeque<SeatDecision>> pending = new HashMap<>();
    private volatile boolean closed;

    private record Asker(WorldId world, PlayerId player) {}

    /** What they were told last. */
    private record Told(String words, long atMs) {}

    public SeatDecisions(SeatLedger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
        thread = Thread.ofVirtual().name("seat-decisions").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What came of a seat request. */
    public void assigned(WorldId world, PlayerId player, Assignment assignment) {
        switch (assignment) {
            case Assignment.Seated seated ->
                    note(
                            world,
                            player,
                            about(
                                            Outcome.SEATED,
                                            player,
                                            Reason.chosen(seated.chosen()),
                                            seated.chosen(),
                                            seated.rejected())
                                    .setHasInstance(true)
                                    .setInstance(seated.instance().ordinal())
                                    .setSeat(seated.seats().getFirst().number())
                                    .setWaitedMs(waitedMs(seated)));
            case Assignment.Waiting waiting ->
                    note(
                            world,
                            player,
                            of(
                                    about(
                                            Outcome.WAITING,
                                            player,
                                            Reason.waiting(waiting.reason()),
                                            waiting.reason(),
                                            waiting.rejected()),
                                    waiting.reason()));
            case Assignment.Refused(SeatLedger.Refusal refusal, String detail) ->
                    note(
                            world,
                            player,
                            of(
                                    about(
                                            Outcome.REFUSED,
                                            player,
                                            Reason.refused(refusal),
                                            detail,
                                            List.of()),
                                    detail));
            case Assignment.UnknownWorld() -> {} // anybody may name one
        }
    }

    private static int waitedMs(Assignment.Seated seated) {
        return seated.waited()
                .map(waited -> (int) Math.min(Integer.MAX_VALUE, waited.ms()))
                .orElse(0);
    }

    /** Where a session's seat was found. */
    public void located(WorldId world, PlayerId player, int instance, Location location) {
        Optional<SeatDecision.Builder> decision =
                switch (location) {
                    case Location.Found found when isOpen(found) ->
                            Optional.of(
                                    about(
                                            Outcome.RESUMED,
                                            player,
                                            "SeatKept",
                                            "its seat was kept",
                                            List.of()));
                    case Location.Found found -> Optional.of(waits(player, instance, found));
                    case Location.Ended() ->
                            Optional.of(
                                    about(
                                            Outcome.REFUSED,
                                            player,
                                            "SessionEnded",
                                            SESSION_ENDED,
                                            List.of()));
                    case Location.UnknownWorld() -> Optional.empty(); // anybody may name one
                };
        decision.ifPresent(
                it -> note(world, player, it.setHasInstance(true).setInstance(instance)));
    }

    private static boolean isOpen(Location.Found found) {
        return found.closed().isEmpty() && !found.endpoints().isEmpty();
    }

    private static SeatDecision.Builder waits(PlayerId player, int instance, Location.Found found) {
        String words =
                "instance %d is %s"
                        .formatted(
                                instance,
                                found.closed().isEmpty() ? "without an address" : found.closed());
        return about(Outcome.WAITING, player, Reason.waiting(words), words, List.of());
    }

    private static SeatDecision.Builder about(
            Outcome outcome,
            PlayerId player,
            String reason,
            String detail,
            List<Rejected> rejected) {
        SeatDecision.Builder decision =
                SeatDecision.newBuilder()
                        .setPlayer(player.value())
                        .setOutcome(outcome)
                        .setReason(reason)
                        // Who may see the decision may not know of whom it is.
                        .setDetail(detail.replace(player.value(), "the player"));
        for (Rejected each : rejected.subList(0, Math.min(MOST_PASSED, rejected.size()))) {
            decision.addPassed(
                    SeatDecision.Passed.newBuilder()
                            .setInstance(each.instance())
                            .setReason(each.reason()));
        }
        return decision;
    }

    /** The instance that the ledger's words name. */
    private static SeatDecision.Builder of(SeatDecision.Builder decision, String words) {
        Matcher named = INSTANCE.matcher(words);
        return named.find()
                ? decision.setHasInstance(true).setInstance(Integer.parseInt(named.group(1)))
                : decision;
    }

    private void note(WorldId world, PlayerId player, SeatDecision.Builder decision) {
        long now = clock.millis();
        Asker asker = new Asker(world, player);
        String words =
                decision.getOutcome()
                        + " "
                        + decision.getReason()
                        + " "
                        + decision.getInstance()
                        + " "
                        + decision.getSeat();
        Told before = told.get(asker);
        if (before != null
                && before.words().equals(words)
                && now - before.atMs() < AGAIN.toMillis()) {
            return;
        }
        told.put(asker, new Told(words, now));
        SeatDecision made = decision.setAtMs(now).build();
        synchronized (this) {
            if (pending.size() >= MOST_WORLDS && !pending.containsKey(world)) {
                return;
            }
            ArrayDeque<SeatDecision> ofWorld =
                    pending.computeIfAbsent(world, _ -> new ArrayDeque<>());
            ofWorld.addLast(made);
            if (ofWorld.size() > SeatLedger.MOST_NOTES) {
                ofWorld.removeFirst();
            }
        }
    }

    /** The newest first, of all matchmakers. */
    public List<SeatDecision> of(WorldId world, Optional<PlayerId> player) {
        List<SeatDecision> decisions = new ArrayList<>();
        for (String line : ledger.notes(world)) {
            decode(line)
                    .filter(it -> player.filter(id -> !id.value().equals(it.getPlayer())).isEmpty())
                    .ifPresent(decisions::add);
        }
        // Each matchmaker brings its own a moment later than they were made.
        decisions.sort((a, b) -> Long.compare(b.getAtMs(), a.getAtMs()));
        return decisions;
    }

    private static Optional<SeatDecision> decode(String line) {
        try {
            return Optional.of(SeatDecision.parseFrom(Base64.getDecoder().decode(line)));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return Optional.empty(); // not ours: as good as lost
        }
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(EVERY);
            } catch (InterruptedException e) {
                return;
            }
            bring();
        }
    }

    /** Brings what there is to the ledger. */
    void bring() {
        Map<WorldId, ArrayDeque<SeatDecision>> all;
        synchronized (this) {
            all = pending;
            pending = new HashMap<>();
        }
        all.forEach((world, decisions) -> {
            try {
                ledger.note(
                        world,
                        decisions.stream()
                                .map(it -> Base64.getEncoder().encodeToString(it.toByteArray()))
                                .toList());
            } catch (LedgerUnavailable e) {
                log.debug(
                        "{} decisions of World {} are not kept: {}",
                        decisions.size(),
                        world,
                        e.getMessage());
            }
        });
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
