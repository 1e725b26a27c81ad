package otherworld.replication;

/**
 * Quickselect (Hoare, "Algorithm 65: Find", 1961) with the middle as pivot: afterwards those up to
 * n are the lowest, in no order.
 */
final class Select {
    private Select() {}

    /** The element that would be at {@code n} if the first {@code count} were sorted. */
    static long nth(long[] values, int count, int n) {
        int from = 0;
        int to = count - 1;
        while (from < to) {
            long pivot = values[(from + to) >>> 1];
            int i = from;
            int j = to;
            while (i <= j) {
                while (values[i] < pivot) {
                    i++;
                }
                while (values[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    long swapped = values[i];
                    values[i++] = values[j];
                    values[j--] = swapped;
                }
            }
            if (n <= j) {
                to = j;
            } else if (n >= i) {
                from = i;
            } else {
                break;
            }
        }
        return values[n];
    }
}
