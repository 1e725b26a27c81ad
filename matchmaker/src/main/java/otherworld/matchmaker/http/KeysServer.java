package otherworld.matchmaker.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import javax.net.ssl.SSLContext;
import otherworld.http.Cors;
import otherworld.http.HttpLimits;
import otherworld.http.HttpServer;
import otherworld.http.MutualTls;
import otherworld.http.Routes;
import otherworld.http.ServerEvents;
import otherworld.ops.PortTaken;
import otherworld.ops.Problem;

/**
 * Tickets' keys for instances and gateways, who show who they are and want to know who answers: a
 * forged answer would let anybody in. For others the same keys are among what players may ask for.
 */
public final class KeysServer {
    /** Each instance asks when it starts, and for a key that it does not know. */
    private static final int CONNECTIONS = 1_024;

    private static final int LINE_BYTES = 1 << 10;
    private static final int HEAD_BYTES = 4 << 10;

    private static final HttpLimits LIMITS =
            new HttpLimits(
                    CONNECTIONS,
                    CONNECTIONS / 2,
                    LINE_BYTES,
                    HEAD_BYTES,
                    0,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(5));

    private KeysServer() {}

    /**
     * @param events told what the listener for players tells, but how many are connected
     */
    public static HttpServer start(
            String bind,
            int port,
            String portSetting,
            SSLContext tls,
            Routes routes,
            ServerEvents events)
            throws PortTaken {
        return HttpServer.start(
                new HttpServer.Config(
                        bind,
                        port,
                        portSetting,
                        new HttpServer.Sockets(
                                1,
                                ByteBufAllocator.DEFAULT,
                                WriteBufferWaterMark.DEFAULT,
                                Optional.of(new MutualTls(tls, false)),
                                Optional.empty()),
                        LIMITS,
                        new Cors(Set.of(), "", ""),
                        routes,
                        PlayerApi::problem,
                        new ServerEvents() {
                            @Override
                            public void serving(IntSupplier openConnections, int limit) {}

                            @Override
                            public void ended(Ended reason) {
                                events.ended(reason);
                            }

                            @Override
                            public void refused(Problem problem) {
                                events.refused(problem);
                            }
                        }));
    }
}
