package otherworld.benchmarks;

import java.util.concurrent.locks.LockSupport;

/** Sends at a steady rate to many peers, spread evenly over each period, on the calling thread. */
final class Pace {
    private static final int PER_SECOND = 20;

    /** A period is cut in so many slices, each with its share of the peers. */
    private static final int SLICES = 20;

    private Pace() {}

    /** What to send to whom. */
    interface Message {
        byte[] of(int peer, int number);
    }

    /** Messages of each peer in so many seconds. */
    static int messages(double seconds) {
        return (int) Math.round(seconds * PER_SECOND);
    }

    /** So many messages to each peer, 20 a second. */
    static void run(EchoPeers peers, int messages, Message message) {
        long sliceNs = 1_000_000_000L / PER_SECOND / SLICES;
        long dueNs = System.nanoTime();
        for (int number = 0; number < messages; number++) {
            for (int slice = 0; slice < SLICES; slice++) {
                for (int peer = slice; peer < peers.count(); peer += SLICES) {
                    peers.send(peer, message.of(peer, number));
                }
                peers.flush();
                dueNs += sliceNs;
                long leftNs = dueNs - System.nanoTime();
                if (leftNs > 0) {
                    LockSupport.parkNanos(leftNs);
                }
            }
        }
    }
}
