package otherworld.bots;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What all bots of a run count together. Thread-safe. */
final class Stats {
    /** A PUT for a seat → its answer, whatever it was. */
    final Latency seatAnswer = new Latency();

    /** First PUT for a seat → Welcome, waiting for an instance to start included. */
    final Latency seated = new Latency();

    /** The last that was heard of a connection that was cut off → Welcome of the next. */
    final Latency away = new Latency();

    /**
     * Another bot sends a MoveIntent → this bot has decoded its pose or a newer one; never, if
     * neither came: see {@link DeliveryAudit}.
     */
    final Latency delivery = new Latency();

    /** From one new pose of an avatar in sight to its next. */
    final Latency updateGap = new Latency();

    /** An edit is sent → EditApplied. */
    final Latency interaction = new Latency();

    /** An edit is sent → EditDurable. */
    final Latency durable = new Latency();

    /**
     * A bot's step is due → it is done: how far this process is behind, which no server can help.
     */
    final Latency late = new Latency();

    /** Whether bodies are shown as they are. */
    final PoseOracle poses = new PoseOracle();

    final LongAdder movesSent = new LongAdder();

    /** Not told, since a newer one was sent within the same presence interval. */
    final LongAdder movesOvertaken = new LongAdder();

    final LongAdder posesReceived = new LongAdder();
    final LongAdder bytesReceived = new LongAdder();
    final LongAdder editsSent = new LongAdder();
    final LongAdder editsApplied = new LongAdder();
    final LongAdder editsDurable = new LongAdder();
    final LongAdder editsRefused = new LongAdder();
    final LongAdder corrections = new LongAdder();
    final LongAdder reconnects = new LongAdder();

    /** Things that were tried again, as they are expected to be while something is down. */
    private final Map<String, LongAdder> retries = new ConcurrentHashMap<>();

    /** Welcomes by transport and by why it was chosen. */
    private final Map<String, LongAdder> sessions = new ConcurrentHashMap<>();

    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();

    /** From here on play is measured; what was counted before was arriving and warming up. */
    void measureFromNow() {
        for (Latency latency : List.of(delivery, updateGap, interaction, durable, late)) {
            latency.reset();
        }
        movesOvertaken.reset();
    }

    void retry(String kind) {
        retries.computeIfAbsent(kind, _ -> new LongAdder()).increment();
    }

    /** Bounded by the kinds: no identities in {@code kind}. */
    void error(String kind) {
        errors.computeIfAbsent(kind, _ -> new LongAdder()).increment();
    }

    /**
     * @param reason why the transport; empty: it was the first choice
     */
    void session(Connection connection, String reason) {
        String name =
                connection.transport().name().toLowerCase(Locale.ROOT)
                        + (connection.isRelayed() ? " by TURN" : "");
        String kind = reason.isEmpty() ? name : name + ", " + reason;
        sessions.computeIfAbsent(kind, _ -> new LongAdder()).increment();
    }

    Map<String, Long> sessions() {
        return copy(sessions);
    }

    Map<String, Long> retries() {
        return copy(retries);
    }

    Map<String, Long> errors() {
        return copy(errors);
    }

    private static Map<String, Long> copy(Map<String, LongAdder> counts) {
        Map<String, Long> copy = new TreeMap<>();
        counts.forEach((kind, count) -> copy.put(kind, count.sum()));
        return copy;
    }
}
