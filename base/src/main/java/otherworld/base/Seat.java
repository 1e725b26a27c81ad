package otherworld.base;

/**
 * One assignment of a numbered place in an instance.
 *
 * @param number 0 to capacity − 1; the instance enforces its cap by this number
 * @param generation grows with every assignment of this number; time-ordered (microseconds since
 *     1970 at assignment, or the previous generation + 1 if larger), so it keeps growing across a
 *     wipe of the ledger; below 2^53
 */
public record Seat(int number, long generation) {
    public static final int MAX_CAPACITY = 4096;

    public Seat {
        if (number < 0 || number >= MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "Seat number %d must be 0 to %d".formatted(number, MAX_CAPACITY - 1));
        }
        if (generation <= 0 || generation >= 1L << 53) {
            throw new IllegalArgumentException(
                    "Seat generation %d must be 1 to 2^53 - 1".formatted(generation));
        }
    }
}
