package otherworld.matchmaker.http;

import otherworld.base.WorldId;
import otherworld.http.RecentMap;
import otherworld.ledger.SeatLedger;
import otherworld.ops.Problem;

/**
 * The Worlds that exist although the ledger does not know them: those this process has seen in it,
 * and those it says it may have lost. When the ledger is wiped it knows no World until the
 * operator's fleet is in it again, a second later: a player must hear "ask again" then, not that
 * the World does not exist. Thread-safe.
 */
final class KnownWorlds {
    private static final int REMEMBERED = 10_000;

    private final SeatLedger ledger;
    private final RecentMap<WorldId, Boolean> seen = new RecentMap<>(REMEMBERED);

    KnownWorlds(SeatLedger ledger) {
        this.ledger = ledger;
    }

    void seen(WorldId world) {
        if (seen.get(world) == null) {
            seen.put(world, true);
        }
    }

    /** What to answer when the ledger does not know {@code world}. */
    Problem.Thrown unknown(WorldId world) {
        return seen.get(world) != null || ledger.absence(world) == SeatLedger.Absence.NOT_KNOWN_YET
                ? new Problem.Thrown(
                        ProblemKind.LEDGER_UNAVAILABLE,
                        "the ledger does not know World %s: it lost data and is being filled again, or the World was deleted"
                                .formatted(world))
                : new Problem.Thrown(
                        ProblemKind.UNKNOWN_WORLD, "there is no World %s".formatted(world));
    }
}
