package otherworld.gateway;

import java.net.InetAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.http.RecentMap;
import otherworld.ops.metric.WorldLabels;
import otherworld.ops.tls.Expected;
import otherworld.ops.tls.InternalTls;

/**
 * How instances are dialled: by TLS, if this process has certificates, and whoever answers must be
 * an instance of the World's namespace. Which pod of it, the handshake's answer says. Thread-safe.
 */
public final class InstanceTls {
    private final Optional<InternalTls> tls;
    private final Optional<SSLContext> context;
    private final RecentMap<String, String> namespaces = new RecentMap<>(Limits.LOCATIONS);

    /**
     * @param tls empty: plain text alone
     */
    public InstanceTls(Optional<InternalTls> tls) {
        this.tls = tls;
        this.context = tls.map(it -> it.client(this::expected));
    }

    /** Whether, for the time of an upgrade, those who speak no TLS are dialled in plain text. */
    public boolean permissive() {
        return tls.filter(InternalTls::permissive).isPresent();
    }

    /** For clients that make engines by host and port; see {@link #expect}. */
    public Optional<SSLContext> context() {
        return context;
    }

    /** Who is there must be of the instance's namespace, from now on. */
    public void expect(InstanceId instance, Places.Place place) {
        namespaces.put(place.authority(), WorldLabels.of(instance.world().value()).namespace());
    }

    /** Of one connection; empty: plain text. */
    public Optional<SSLEngine> engine(InstanceId instance, Places.Place place) {
        expect(instance, place);
        return context.map(it ->
                it.createSSLEngine(
                        place.address().getAddress().getHostAddress(), place.address().getPort()));
    }

    /** Nobody, if nobody was to be dialled there. */
    private Expected expected(SSLEngine engine) {
        String domain = tls.orElseThrow().domain();
        String namespace = namespaces.get(authority(engine.getPeerHost(), engine.getPeerPort()));
        return namespace == null ? Expected.of(domain) : Expected.instance(domain, namespace);
    }

    private static String authority(@Nullable String host, int port) {
        String literal = String.valueOf(host);
        if (literal.startsWith("[") && literal.endsWith("]")) {
            literal = literal.substring(1, literal.length() - 1);
        }
        try {
            literal = InetAddress.ofLiteral(literal).getHostAddress();
        } catch (IllegalArgumentException e) {
            return ""; // no instance is dialled by name
        }
        return (literal.contains(":") ? "[" + literal + "]" : literal) + ":" + port;
    }
}
