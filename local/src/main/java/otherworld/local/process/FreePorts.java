package otherworld.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports on loopback that nobody listens on. From 10000–19999: below the range systems give to
 * outgoing connections, so that a server can be stopped and started again on its port, and below
 * the pods' 20000–29999.
 */
public final class FreePorts {
    private static final int FIRST = 10_000;
    private static final int LAST = 19_999;
    private static final int MAX_TRIES = 1_000;
    private static final Set<Integer> GIVEN = new HashSet<>();

    private FreePorts() {}

    /** A port this method has not given before in this JVM. */
    public static synchronized int next() {
        for (int i = 0; i < MAX_TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
            if (!GIVEN.contains(port) && isFree(port)) {
                GIVEN.add(port);
                return port;
            }
        }
        throw new IllegalStateException("No free TCP port found in %d-%d".formatted(FIRST, LAST));
    }

    /** True if a server could listen on {@code port} of loopback now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
