package otherworld.ops.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts whom one of the authorities vouches for, and who is expected. Addresses and host names do
 * not count: pods' addresses are used again, and a name says nothing of what a process may do.
 */
final class IdentityTrust extends X509ExtendedTrustManager {
    private static final int URI_NAME = 6; // GeneralName's choice (RFC 5280, 4.2.1.6)

    private final X509TrustManager authorities;
    private final Function<SSLEngine, Expected> expected;

    /** Whose certificates are judged: what a clock is compared with, and whose purpose counts. */
    private interface Check {
        void run(X509TrustManager authorities) throws CertificateException;
    }

    IdentityTrust(List<X509Certificate> trusted, Function<SSLEngine, Expected> expected)
            throws GeneralSecurityException {
        this.authorities = authorities(trusted);
        this.expected = expected;
    }

    private static X509TrustManager authorities(List<X509Certificate> trusted)
            throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int index = 0;
            for (X509Certificate each : trusted) {
                store.setCertificateEntry("authority-" + index++, each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager each : factory.getTrustManagers()) {
                if (each instanceof X509TrustManager found) {
                    return found;
                }
            }
            throw new GeneralSecurityException("this JDK checks no certificates");
        } catch (java.io.IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain, engine, trust -> trust.checkClientTrusted(chain, type));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        check(chain, engine, trust -> trust.checkServerTrusted(chain, type));
    }

    private void check(X509Certificate[] chain, SSLEngine engine, Check check)
            throws CertificateException {
        X509Certificate leaf = chain[0];
        List<PeerId> ids = ids(leaf);
        Expected wanted = expected.apply(engine);
        String who = who(leaf, ids);
        try {
            leaf.checkValidity();
            check.run(authorities);
        } catch (CertificateException e) {
            throw refused(who, leaf, e);
        }
        if (!wanted.anyOf(ids)) {
            throw new Refusal.Refused(
                    Refusal.WRONG_ROLE,
                    "%s may not do this: the certificate must have %s as a URI among its alternative names"
                            .formatted(who, wanted),
                    null);
        }
    }

    private static Refusal.Refused refused(
            String who, X509Certificate leaf, CertificateException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException) {
                return new Refusal.Refused(
                        Refusal.EXPIRED,
                        "the certificate of %s, or its authority's, has expired (%s; its own is good until %s): have it renewed, and compare the clocks"
                                .formatted(who, cause.getMessage(), leaf.getNotAfter().toInstant()),
                        e);
            }
            if (cause instanceof CertificateNotYetValidException) {
                return new Refusal.Refused(
                        Refusal.NOT_YET_VALID,
                        "the certificate of %s is not good yet (%s): the clock of this node, or of whoever made it, is wrong"
                                .formatted(who, cause.getMessage()),
                        e);
            }
        }
        return new Refusal.Refused(
                Refusal.UNTRUSTED,
                "%s has a certificate of '%s', which none of the authorities in ca.crt vouches for: both sides must have the same ones (%s)"
                        .formatted(who, leaf.getIssuerX500Principal(), e.getMessage()),
                e);
    }

    private static String who(X509Certificate leaf, List<PeerId> ids) {
        return ids.isEmpty()
                ? "whoever calls itself '%s'".formatted(leaf.getSubjectX500Principal())
                : ids.getFirst().uri();
    }

    static List<PeerId> ids(X509Certificate certificate) throws CertificateParsingException {
        @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name -> name.get(0) instanceof Integer kind && kind == URI_NAME)
                        .map(name -> PeerId.parse(String.valueOf(name.get(1))))
                        .flatMap(Optional::stream)
                        .toList();
    }

    /**
     * No hint: who has the wrong certificate is to show it, so that it can be said what is wrong.
     */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
            throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw withoutEngine();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
            throws CertificateException {
        throw withoutEngine();
    }

    private static CertificateException withoutEngine() {
        return new CertificateException("connections between our processes are made by engines");
    }
}
