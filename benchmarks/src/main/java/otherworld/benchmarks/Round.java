package otherworld.benchmarks;

/**
 * What one server did with the work of bench presence in one round.
 *
 * @param cores that its process used, of the one it was pinned to
 * @param generatorCores that the players used
 * @param bytesPerSecond to each player
 * @param messagesPerSecond to each player
 * @param deliveryP50Ms from a player's sending a move until another has decoded it
 */
record Round(
        double cores,
        double generatorCores,
        double bytesPerSecond,
        double messagesPerSecond,
        double deliveryP50Ms,
        double deliveryP99Ms) {
    double kbitPerSecond() {
        return bytesPerSecond * 8 / 1_000;
    }
}
