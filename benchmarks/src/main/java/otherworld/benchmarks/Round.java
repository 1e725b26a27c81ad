package otherworld.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What one server did with the work of bench presence in one round.
 *
 * @param cores that its process used, of the one it was pinned to
 * @param generatorCores that the players used
 * @param bytesPerSecond to each player
 * @param messagesPerSecond to each player
 * @param updatesPerSecond bodies that each player was told, which is what came, not what was sent
 * @param deliveryP50Ms from a player's sending a move until another has decoded it
 */
record Round(
        double cores,
        double generatorCores,
        double bytesPerSecond,
        double messagesPerSecond,
        double updatesPerSecond,
        double deliveryP50Ms,
        double deliveryP99Ms) {
    double kbitPerSecond() {
        return bytesPerSecond * 8 / 1_000;
    }

    /** What a peer's players say at the end; what they do not say is not a number. */
    static Round told(double cores, double generatorCores, JsonNode load) {
        JsonNode delivery = load.path("delivery");
        return new Round(
                cores,
                generatorCores,
                load.path("bytesPerPlayer").asDouble(Double.NaN),
                load.path("messagesPerPlayer").asDouble(Double.NaN),
                load.path("updatesPerPlayer").asDouble(Double.NaN),
                delivery.path("p50").asDouble(Double.NaN),
                delivery.path("p99").asDouble(Double.NaN));
    }
}
