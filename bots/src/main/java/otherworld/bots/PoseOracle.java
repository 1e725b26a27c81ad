package otherworld.bots;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import otherworld.bots.BotResult.Verdict;

/**
 * Holds every body that a bot decodes, root, head and hands, to what its player sent: it must be
 * one of its moves as a whole, or stand where the server put it or a collider held it. What is not
 * at first sight is judged at the end, since a player may be told later than others where it was
 * put. Thread-safe.
 */
final class PoseOracle {
    private static final int MOST_KEPT = 10_000;
    private static final int MOST_EXAMPLES = 5;

    private final LongAdder compared = new LongAdder();
    private final ConcurrentLinkedQueue<Strange> strange = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    private record Strange(String player, SentMoves sent, long place, long tick) {}

    /** A viewer was told, by an update of {@code tick}, that the player is so. */
    void told(String player, SentMoves sent, long place, long digest, long tick) {
        compared.increment();
        if (!sent.isSaid(digest) && !sent.isHeldBeside(place) && kept.get() < MOST_KEPT) {
            kept.incrementAndGet();
            strange.add(new Strange(player, sent, place, tick));
        }
    }

    /** After the run. */
    Verdict verdict() {
        List<String> wrong = new ArrayList<>();
        for (Strange one : strange) {
            if (!one.sent().wasPut(one.place())) {
                wrong.add(
                        "%s was shown at tick %d as it never was"
                                .formatted(one.player(), one.tick()));
            }
        }
        long all = compared.sum();
        if (!wrong.isEmpty()) {
            return new Verdict.Wrong(
                    wrong.size(),
                    "%d of %d bodies told are no move of their players"
                            .formatted(wrong.size(), all),
                    wrong.subList(0, Math.min(MOST_EXAMPLES, wrong.size())));
        }
        return all == 0
                ? new Verdict.Skipped("nobody of this run was told of another")
                : new Verdict.Right(
                        "%d bodies told are moves of their players, to the last joint"
                                .formatted(all));
    }
}
