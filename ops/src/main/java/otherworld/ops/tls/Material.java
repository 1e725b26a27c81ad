package otherworld.ops.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What a process of ours shows the others, and by which authorities it knows them.
 *
 * @param trusted authorities; more than one while one of them takes another's place
 */
public record Material(Credentials own, List<X509Certificate> trusted) {
    public Material {
        trusted = List.copyOf(trusted);
    }

    /** In the order of {@link InternalTlsSettings#files()}. */
    static Material parse(InternalTlsSettings settings, List<byte[]> contents) throws Unusable {
        List<String> names = settings.files().stream().map(Object::toString).toList();
        return new Material(
                Credentials.of(contents.get(0), names.get(0), contents.get(1), names.get(1)),
                Pem.certificates(contents.get(2), names.get(2)));
    }

    /** When the last of the authorities ends. */
    public Instant authoritiesNotAfter() {
        return trusted.stream()
                .map(each -> each.getNotAfter().toInstant())
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }
}
