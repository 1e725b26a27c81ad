package otherworld.ops.tls;

import java.security.GeneralSecurityException;
import java.security.KeyManagementException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A context for libraries that take one and keep it: each new connection is made with what the
 * certificates are then. Nothing is resumed, so each one shows who it is with.
 */
final class RenewedContext extends SSLContext {
    private static final Provider PROVIDER = context().getProvider();

    private static SSLContext context() {
        try {
            return SSLContext.getInstance("TLSv1.3");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS 1.3", e);
        }
    }

    private RenewedContext(SSLContextSpi inner, Provider provider) {
        super(inner, provider, "TLSv1.3");
    }

    /**
     * @param server whose side
     * @param expected of the other side, for a connection
     * @param refused told why a handshake failed
     */
    static SSLContext of(
            Supplier<Material> material,
            boolean server,
            Function<SSLEngine, Expected> expected,
            BiConsumer<Refusal, Throwable> refused) {
        Inner inner = new Inner(material, server, expected, refused);
        return new RenewedContext(inner, PROVIDER);
    }

    private static final class Inner extends SSLContextSpi {
        /** 0 would be for ever. */
        private static final int SESSION_SECONDS = 1;

        private final Supplier<Material> material;
        private final boolean server;
        private final Function<SSLEngine, Expected> expected;
        private final BiConsumer<Refusal, Throwable> refused;
        private volatile @Nullable Made made;

        private record Made(Material of, SSLContext context) {}

        Inner(
                Supplier<Material> material,
                boolean server,
                Function<SSLEngine, Expected> expected,
                BiConsumer<Refusal, Throwable> refused) {
            this.material = material;
            this.server = server;
            this.expected = expected;
            this.refused = refused;
        }

        /** Two threads may both make it: either is good. */
        SSLContext current() {
            Material now = material.get();
            Made known = made;
            if (known == null || !known.of().equals(now)) {
                known = make(now);
                made = known;
            }
            return known.context();
        }

        private Made make(Material now) {
            try {
                SSLContext context = context();
                context.init(
                        new KeyManager[] {new OwnKey(now.own())},
                        new TrustManager[] {new IdentityTrust(now.trusted(), expected)},
                        null);
                for (SSLSessionContext sessions :
                        new SSLSessionContext[] {
                            context.getClientSessionContext(), context.getServerSessionContext()
                        }) {
                    sessions.setSessionTimeout(SESSION_SECONDS);
                    sessions.setSessionCacheSize(1);
                }
                return new Made(now, context);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java has TLS 1.3", e);
            }
        }

        private SSLEngine told(SSLEngine engine) {
            ToldEngine told = new ToldEngine(engine, refused);
            told.setUseClientMode(!server);
            return told;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return told(current().createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return told(current().createSSLEngine(host, port));
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return current().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return current().getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return with13(current().getDefaultSSLParameters());
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return with13(current().getSupportedSSLParameters());
        }

        private static SSLParameters with13(SSLParameters parameters) {
            parameters.setProtocols(new String[] {"TLSv1.3"});
            return parameters;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("it has its keys");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            throw new UnsupportedOperationException("engines alone");
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            throw new UnsupportedOperationException("engines alone");
        }
    }
}
