package otherworld.ops.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a certificate is for: a URI among its subject alternative names, in the form of a SPIFFE ID
 * (SPIFFE-ID, section 2), {@code spiffe://DOMAIN/operator} or {@code
 * spiffe://DOMAIN/instance/NAMESPACE}.
 *
 * @param domain of one release: two of them may have the same authority
 * @param namespace of the Worlds that an instance is of; empty for the other roles
 */
public record PeerId(String domain, Role role, String namespace) {
    /** Lower-case letters, digits, dots, dashes and underscores, at most 255. */
    public static final Pattern DOMAIN = Pattern.compile("[a-z0-9._-]{1,255}");

    private static final Pattern URI =
            Pattern.compile(
                    "spiffe://([a-z0-9._-]{1,255})/(?:(operator|matchmaker|gateway)|instance/([a-z0-9-]{1,63}))");

    /** Of a process that is no instance. */
    public static PeerId of(String domain, Role role) {
        return new PeerId(domain, role, "");
    }

    public static PeerId instance(String domain, String namespace) {
        return new PeerId(domain, Role.INSTANCE, namespace);
    }

    public String uri() {
        return "spiffe://%s/%s%s"
                .formatted(domain, role.path(), namespace.isEmpty() ? "" : "/" + namespace);
    }

    /** Whether a certificate says so. */
    public boolean isOf(X509Certificate certificate) {
        try {
            return IdentityTrust.ids(certificate).contains(this);
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    static Optional<PeerId> parse(String uri) {
        Matcher parts = URI.matcher(uri);
        if (!parts.matches()) {
            return Optional.empty();
        }
        @Nullable String namespace = parts.group(3);
        return Optional.of(
                namespace == null
                        ? of(parts.group(1), role(parts.group(2)))
                        : instance(parts.group(1), namespace));
    }

    private static Role role(String path) {
        return Role.valueOf(path.toUpperCase(java.util.Locale.ROOT));
    }

    @Override
    public String toString() {
        return uri();
    }
}
