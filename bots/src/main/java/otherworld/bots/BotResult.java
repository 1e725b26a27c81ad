package otherworld.bots;

import java.util.List;
import java.util.Map;

/**
 * What a run found.
 *
 * @param players players of the run by instance
 * @param seenMedian other players a bot saw
 * @param movesOvertaken by viewer: rightly not told, since a newer one was sent within the same
 *     presence interval
 * @param sets what the observed-set oracle says
 * @param props what the durable oracle says
 * @param poses what the oracle of bodies says
 * @param sessions Welcomes by transport and by why it was chosen
 * @param errors by kind; a run without errors and wrongs is OK
 * @param generator how this process kept up
 */
public record BotResult(
        Map<String, Integer> players,
        Map<String, Latency.Summary> latencies,
        int seenLeast,
        int seenMedian,
        int seenMost,
        Edits edits,
        long movesSent,
        long movesOvertaken,
        long posesReceived,
        long bytesReceived,
        long corrections,
        long reconnects,
        Map<String, Long> sessions,
        Verdict sets,
        Verdict props,
        Verdict poses,
        Map<String, Long> retries,
        Map<String, Long> errors,
        double seconds,
        Generator generator) {
    public record Edits(long sent, long applied, long durable, long refused) {}

    /**
     * What the bots' own process and machine took.
     *
     * @param cores that this process used on the average
     * @param machineBusy 0 to 1, of all processors, whoever used them
     * @param late a bot's step is due → it is done
     */
    public record Generator(double cores, double machineBusy, Latency.Summary late) {
        static final double BUSY = 0.9;
        static final double LATE_MS = 50;

        /**
         * Whether latencies of this run tell at least as much of this machine as of the servers.
         */
        public boolean isSaturated() {
            return machineBusy > BUSY || late.p95Ms() > LATE_MS;
        }
    }

    /** What an oracle says. */
    public sealed interface Verdict {
        record Right(String what) implements Verdict {}

        /**
         * @param count how much is wrong, at least 1
         */
        record Wrong(int count, String what, List<String> examples) implements Verdict {}

        /** Could not be judged; not a failure. */
        record Skipped(String why) implements Verdict {}
    }

    public boolean isOk() {
        return errors.isEmpty()
                && !(sets instanceof Verdict.Wrong)
                && !(props instanceof Verdict.Wrong)
                && !(poses instanceof Verdict.Wrong);
    }
}
