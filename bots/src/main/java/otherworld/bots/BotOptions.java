package otherworld.bots;

import java.time.Duration;
import java.util.Optional;
import otherworld.base.WorldId;

/**
 * What a run does.
 *
 * @param rampPerSecond bots that start each second
 * @param time from the last bot's start until they leave
 * @param warmUp from the last bot's start until latencies of play are measured; zero: they are
 *     measured from the first bot's start
 * @param areaLeast metres: least x and z where they walk
 * @param areaMost metres: greatest x and z where they walk
 * @param database to check promises against; without it they are not checked
 * @param transport what connections they make
 * @param joints whether they have a head and two hands, beside where they stand
 * @param progress whether to say on stderr how it goes
 * @param cutAfter each bot's first connection breaks so long after it was welcomed, as networks do,
 *     and the bot resumes; zero: it does not
 */
public record BotOptions(
        int bots,
        WorldId world,
        Duration time,
        Duration warmUp,
        long seed,
        double rampPerSecond,
        int moveRateHz,
        double areaLeast,
        double areaMost,
        boolean edits,
        Optional<Database> database,
        boolean progress,
        TransportChoice transport,
        boolean joints,
        Duration cutAfter) {
    public static final int MOST_BOTS = 5_000;

    /** Where instances keep what lasts. */
    public record Database(String url, String user, String password) {
        @Override
        public String toString() {
            return "%s as %s".formatted(url, user);
        }
    }

    public BotOptions {
        if (bots < 1 || bots > MOST_BOTS) {
            throw new IllegalArgumentException("%d bots: give 1 to %d".formatted(bots, MOST_BOTS));
        }
        if (rampPerSecond <= 0) {
            throw new IllegalArgumentException(
                    "ramp of %s per second: give more than 0".formatted(rampPerSecond));
        }
        if (cutAfter.isNegative()) {
            throw new IllegalArgumentException(
                    "cut after %s: give 0, for never, or more".formatted(cutAfter));
        }
        if (moveRateHz < 1 || moveRateHz > 60) {
            throw new IllegalArgumentException(
                    "%d moves per second: give 1 to 60".formatted(moveRateHz));
        }
    }

    Duration rampTime() {
        return Duration.ofMillis((long) (bots / rampPerSecond * 1000));
    }
}
