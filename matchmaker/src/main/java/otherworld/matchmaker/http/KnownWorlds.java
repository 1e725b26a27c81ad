package otherworld.matchmaker.http;

import otherworld.base.WorldId;
import otherworld.ops.Problem;

/**
 * The Worlds this process has seen in the ledger. When the ledger is wiped it knows no World until
 * the operator's fleet is in it again, a second later: a player must hear "ask again" then, not
 * that the World does not exist. Thread-safe.
 */
final class KnownWorlds {
    private static final int REMEMBERED = 10_000;

    private final RecentMap<WorldId, Boolean> seen = new RecentMap<>(REMEMBERED);

    void seen(WorldId world) {
        if (seen.get(world) == null) {
            seen.put(world, true);
        }
    }

    /** What to answer when the ledger does not know {@code world}. */
    Problem.Thrown unknown(WorldId world) {
        return seen.get(world) != null
                ? new Problem.Thrown(
                        ProblemKind.LEDGER_UNAVAILABLE,
                        "the ledger does not know World %s any more: it was wiped and is being filled again, or the World was deleted"
                                .formatted(world))
                : new Problem.Thrown(
                        ProblemKind.UNKNOWN_WORLD, "there is no World %s".formatted(world));
    }
}
