package otherworld.benchmarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When each message of one round was sent and came back. Messages begin with the round and their
 * number, four bytes each. One thread sends; others receive.
 */
final class EchoTimes implements EchoPeers.Receiver {
    /**
     * The last messages of a peer, whose successors that could stand in for them were never sent.
     */
    private static final int TAIL = 5;

    private final int round;
    private final int messages;
    private final long[][] sentNs;
    private final AtomicLongArray[] echoedNs;

    EchoTimes(int round, int peers, int messages) {
        this.round = round;
        this.messages = messages;
        this.sentNs = new long[peers][messages];
        this.echoedNs = new AtomicLongArray[peers];
        Arrays.setAll(echoedNs, _ -> new AtomicLongArray(messages));
    }

    /** The next message of a peer. */
    byte[] message(int peer, int number) {
        byte[] message = new byte[WebRtcLoad.MESSAGE_BYTES];
        ByteBuffer.wrap(message).putInt(round).putInt(number);
        sentNs[peer][number] = System.nanoTime();
        return message;
    }

    @Override
    public void received(int peer, byte[] buffer, int offset, int length) {
        ByteBuffer message = ByteBuffer.wrap(buffer, offset, length);
        if (length >= 8 && message.getInt() == round) {
            echoedNs[peer].compareAndSet(message.getInt(), 0, System.nanoTime());
        }
    }

    /** Round trips of those that came back, milliseconds, ascending. */
    double[] roundTripsMs() {
        double[] times = new double[sentNs.length * messages];
        int count = 0;
        for (int peer = 0; peer < sentNs.length; peer++) {
            for (int i = 0; i < messages; i++) {
                long echoed = echoedNs[peer].get(i);
                if (echoed != 0) {
                    times[count++] = (echoed - sentNs[peer][i]) / 1e6;
                }
            }
        }
        double[] came = Arrays.copyOf(times, count);
        Arrays.sort(came);
        return came;
    }

    /**
     * From each send until that message or a later one of the same peer is back, milliseconds,
     * ascending: how old the newest state is, for states that replace each other. Infinite if none
     * is.
     */
    double[] agesMs() {
        double[] ages = new double[sentNs.length * Math.max(0, messages - TAIL)];
        int count = 0;
        for (int peer = 0; peer < sentNs.length; peer++) {
            long earliest = Long.MAX_VALUE;
            for (int i = messages - 1; i >= 0; i--) {
                long echoed = echoedNs[peer].get(i);
                earliest = echoed == 0 ? earliest : Math.min(earliest, echoed);
                if (i < messages - TAIL) {
                    ages[count++] =
                            earliest == Long.MAX_VALUE
                                    ? Double.POSITIVE_INFINITY
                                    : (earliest - sentNs[peer][i]) / 1e6;
                }
            }
        }
        Arrays.sort(ages);
        return ages;
    }

    double lostPercent() {
        return 100.0 * (1 - (double) roundTripsMs().length / (sentNs.length * (double) messages));
    }

    /**
     * @param sorted ascending
     */
    static double percentile(double[] sorted, double percent) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[
                        (int) Math.min(sorted.length - 1L, (long) (sorted.length * percent / 100))];
    }
}
