package otherworld.instance.config;

import java.nio.file.Path;
import java.util.Optional;
import otherworld.base.Settings;

/**
 * What the players' port is encrypted with, in PEM.
 *
 * @param certificate file with the chain, the port's own first
 * @param key file with its private key
 */
public record TlsSettings(Path certificate, Path key) {
    static Optional<TlsSettings> read(Settings settings) {
        String certificate = settings.text("OTHERWORLD_TLS_CERTIFICATE_FILE", "-");
        String key = settings.text("OTHERWORLD_TLS_KEY_FILE", "-");
        boolean none = certificate.equals("-") && key.equals("-");
        if (!none && (certificate.equals("-") || key.equals("-"))) {
            settings.error(
                    "OTHERWORLD_TLS_CERTIFICATE_FILE and OTHERWORLD_TLS_KEY_FILE must both be set, or neither");
        }
        return none
                ? Optional.empty()
                : Optional.of(new TlsSettings(Path.of(certificate), Path.of(key)));
    }
}
