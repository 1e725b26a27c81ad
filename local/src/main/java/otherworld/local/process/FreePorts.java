package otherworld.local.process;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * TCP ports on loopback for servers that this program starts, from {@linkplain PortBlock blocks}
 * that it has for itself until it ends: what another program asks for here is never the same. They
 * lie below the range systems give to outgoing connections, so that a server can be stopped and
 * started again on its port.
 */
public final class FreePorts {
    private static @Nullable PortBlock block;
    private static int given;

    private FreePorts() {}

    /** A port this method has not given before in this JVM. */
    public static synchronized int next() {
        while (true) {
            if (block == null || given + 1 >= PortBlock.PROGRAMS.size()) {
                block = PortBlock.claim(PortBlock.PROGRAMS, OptionalInt.empty(), 0);
                given = 0;
            }
            int port = block.port(++given);
            if (isFree(port)) { // of programs that do not ask here
                return port;
            }
        }
    }

    /** True if a server could listen on {@code port} of loopback now. */
    public static boolean isFree(int port) {
        try (ServerSocket _ = PortBlock.listen(port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
