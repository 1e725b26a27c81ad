package otherworld.ops;

import org.slf4j.bridge.SLF4JBridgeHandler;

/** One log, whatever a library logs through. */
public final class Logs {
    private Logs() {}

    /** Sends java.util.logging, which Helidon and gRPC use, to the log of everything else. */
    public static void init() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }
}
