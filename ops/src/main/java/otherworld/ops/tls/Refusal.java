package otherworld.ops.tls;

import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why a connection between our own processes did not come about. */
public enum Refusal {
    /** It began with something else, or with nothing: plain text, or a probe. */
    NOT_TLS,
    /** Neither side said why. */
    UNFINISHED,
    NO_CERTIFICATE,
    /** Of an authority that is not trusted here. */
    UNTRUSTED,
    EXPIRED,
    /** Mostly a clock that is wrong. */
    NOT_YET_VALID,
    /** A good certificate, of somebody who has no business here. */
    WRONG_ROLE,
    /** The other side does not want ours. */
    REFUSED_BY_PEER,
    /** Another version, no cipher in common, broken records. */
    PROTOCOL;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A certificate is not accepted, and why. */
    static final class Refused extends CertificateException {
        private static final long serialVersionUID = 1;
        private final Refusal why;

        Refused(Refusal why, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.why = why;
        }
    }

    /** Of what the TLS engine threw. */
    static Refusal of(Throwable thrown) {
        Refusal said = PROTOCOL;
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case Refused refused -> {
                    return refused.why;
                }
                case CertificateExpiredException _ -> {
                    return EXPIRED;
                }
                case CertificateNotYetValidException _ -> {
                    return NOT_YET_VALID;
                }
                default -> {
                    // The JDK has no types for these.
                    String message = String.valueOf(cause.getMessage());
                    if (message.contains("Empty client certificate chain")) {
                        said = NO_CERTIFICATE;
                    } else if (message.contains("fatal alert")) {
                        said = REFUSED_BY_PEER;
                    }
                }
            }
        }
        return said;
    }

    /**
     * In words, with what to do, of what a client's connection ended with; empty if it is not
     * TLS's.
     */
    public static String explain(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refused refused) {
                return String.valueOf(refused.getMessage());
            }
        }
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("fatal alert")) {
                return "the other side refuses our certificate (%s): its log and its metric internal_tls_handshakes_refused_total say why, docs/internal-tls.md what to do"
                        .formatted(message);
            }
            if (message.contains("not an SSL/TLS record")
                    || message.contains("Unsupported or unrecognized SSL message")) {
                return "the other side speaks plain text: is its %s off, or is this its plain port?"
                        .formatted(InternalTlsSettings.MODE);
            }
        }
        return "";
    }
}
