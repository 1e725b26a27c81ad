package otherworld.ops;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Makes listeners of the JDK's HTTP server, for what strangers do not reach. At most {@value
 * #MAX_CONNECTIONS} connections; a request that has not arrived whole after {@value #MAX_REQUEST_S}
 * s is cut off.
 */
public final class InternalListener {
    private static final int MAX_CONNECTIONS = 256;
    private static final int MAX_REQUEST_S = 5;

    static {
        // The JDK's server reads its limits once, from these properties.
        limit("jdk.httpserver.maxConnections", MAX_CONNECTIONS);
        limit("sun.net.httpserver.maxReqTime", MAX_REQUEST_S);
        limit("sun.net.httpserver.maxRspTime", 30);
        limit("sun.net.httpserver.idleInterval", 30);
        limit("sun.net.httpserver.maxReqHeaders", 64);
        limit("sun.net.httpserver.maxReqHeaderSize", 16 * 1024);
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private InternalListener() {}

    /**
     * Bound, and not started.
     *
     * @param setting that has the port
     * @param backlog connections that may wait to be accepted
     * @throws PortTaken if the address cannot be had
     */
    public static HttpServer bind(String bind, int port, String setting, int backlog)
            throws PortTaken {
        try {
            return HttpServer.create(new InetSocketAddress(bind, port), backlog);
        } catch (IOException | IllegalArgumentException e) { // the latter: an unresolved address
            throw new PortTaken(bind, port, setting, e);
        }
    }

    private static void limit(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
