package otherworld.bots;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The bearer tokens of a run's players, got when they are wanted. Thread-safe; blocking. */
final class Bearers {
    /** {@link Tokens#bearer}. */
    interface Source {
        String bearer(int index, String player) throws IOException, InterruptedException;
    }

    private final Source tokens;
    private final Map<String, Integer> indices;
    private final Map<String, String> known = new ConcurrentHashMap<>();

    /**
     * @param indices of the run's players
     */
    Bearers(Source tokens, Map<String, Integer> indices) {
        this.tokens = tokens;
        this.indices = indices;
    }

    /**
     * @throws IOException if the issuer gives none; the message says why
     */
    String of(String player) throws IOException, InterruptedException {
        String have = known.get(player);
        return have == null ? ask(player) : have;
    }

    /**
     * A token is no longer taken: asks for another.
     *
     * @return whether there is one that differs
     */
    boolean renewed(String player, String refused) throws IOException, InterruptedException {
        return !ask(player).equals(refused);
    }

    private String ask(String player) throws IOException, InterruptedException {
        String token = tokens.bearer(indices.getOrDefault(player, 0), player);
        known.put(player, token);
        return token;
    }
}
