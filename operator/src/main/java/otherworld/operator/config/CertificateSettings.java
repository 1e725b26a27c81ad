package otherworld.operator.config;

import java.util.Optional;
import java.util.regex.Pattern;
import otherworld.base.Settings;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.ops.tls.Role;

/**
 * Certificates that the operator makes for our own processes.
 *
 * @param namespace of the release
 * @param prefix of the names of the release's Secrets
 * @param instanceSecret the name of that in each namespace with Worlds
 */
public record CertificateSettings(
        String namespace, String prefix, String instanceSecret, String domain) {
    static final String PREFIX = "OTHERWORLD_INTERNAL_TLS_SECRETS";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,60}[a-z0-9])?");

    /** Empty if they are somebody else's to make. */
    static Optional<CertificateSettings> read(
            Settings settings, InternalTlsSettings tls, String namespace, String instanceSecret) {
        Optional<String> prefix = OperatorSettings.optional(settings, PREFIX);
        if (tls.mode() == InternalTlsSettings.Mode.OFF) {
            return Optional.empty();
        }
        if (prefix.isPresent() == tls.folder().isPresent()) {
            settings.error(
                    "with %s=%s give either %s, the folder with tls.crt, tls.key and ca.crt, or %s, the prefix of Secrets that the operator makes"
                            .formatted(
                                    InternalTlsSettings.MODE,
                                    tls.mode().text(),
                                    InternalTlsSettings.FOLDER,
                                    PREFIX));
        }
        prefix.filter(name -> !NAME.matcher(name).matches())
                .ifPresent(name ->
                        settings.error(
                                "%s='%s' must be the beginning of a Secret's name, such as otherworld"
                                        .formatted(PREFIX, name)));
        return prefix.map(
                it -> new CertificateSettings(namespace, it, instanceSecret, tls.domain()));
    }

    /** With the authorities and their keys: the operator's alone. */
    public String authoritySecret() {
        return prefix + "-authority";
    }

    /** That a process of this role mounts. */
    public String secret(Role role) {
        return "%s-%s-tls".formatted(prefix, role.name().toLowerCase(java.util.Locale.ROOT));
    }
}
