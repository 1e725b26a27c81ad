package otherworld.instance.transport;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import otherworld.base.Settings;
import otherworld.http.TlsFiles;
import otherworld.instance.config.TlsSettings;
import otherworld.instance.metrics.InstanceCatalogue;

/** The certificate of the players' port, if it has one. */
public final class PlayersTls {
    private PlayersTls() {}

    /**
     * Reads the files, and looks for renewed ones from then on.
     *
     * @throws Settings.InvalidSettings if they are of no use: nobody could connect
     */
    public static Optional<TlsFiles> open(Optional<TlsSettings> tls, Settings settings) {
        if (tls.isEmpty()) {
            return Optional.empty();
        }
        try {
            TlsFiles files =
                    TlsFiles.of(tls.get().certificate(), tls.get().key(), PlayersTls::privateKey);
            files.watch();
            return Optional.of(files);
        } catch (TlsFiles.Unusable e) {
            settings.error(
                    "The players' port cannot speak TLS: %s. See network.tls of the World"
                            .formatted(e.getMessage()));
            settings.check();
            return Optional.empty(); // not reached: check throws
        }
    }

    /** Tells metrics how long the certificate lasts, and whether a renewed one cannot be used. */
    public static void tell(TlsFiles files, PrometheusRegistry registry) {
        InstanceCatalogue.TLS_NOT_AFTER.register(
                registry, gauge -> gauge.call((double) files.notAfter().getEpochSecond()));
        InstanceCatalogue.TLS_UNUSABLE.register(
                registry, gauge -> gauge.call(files.trouble().isEmpty() ? 0 : 1));
    }

    /** PKCS #8, PKCS #1 or SEC 1: cert-manager writes any of them. */
    static PrivateKey privateKey(byte[] pem) throws IOException {
        try (PEMParser parser =
                new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
            JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
            for (Object object = parser.readObject();
                    object != null;
                    object = parser.readObject()) {
                if (object instanceof PrivateKeyInfo key) {
                    return converter.getPrivateKey(key);
                }
                if (object instanceof PEMKeyPair pair) {
                    return converter.getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        }
        throw new IOException("no PRIVATE KEY in it");
    }
}
