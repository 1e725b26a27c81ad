package otherworld.local.up;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.MadeOnce;
import otherworld.ops.tls.Authority;
import otherworld.ops.tls.Credentials;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.ops.tls.PeerId;
import otherworld.ops.tls.Pem;
import otherworld.ops.tls.Role;
import otherworld.ops.tls.Unusable;

/**
 * What the cluster's own processes show each other: a folder for each role, all made at once with
 * an authority whose key is kept nowhere, and anew when less than half of their time is left. In a
 * real cluster the operator or cert-manager renews them under processes that run.
 */
final class InternalCertificates {
    private static final Duration LIFE = Duration.ofDays(730);

    /** Pods are of this namespace, as their connections are. */
    private static final String NAMESPACE = "default";

    private static final String COST = "the cluster's processes have new ones when they start";

    private final boolean on;
    private final Path folder;
    private final MadeOnce once;
    private boolean looked;

    /**
     * @param mode of {@code OTHERWORLD_INTERNAL_TLS_MODE}: {@code off} for a network that is to be
     *     watched
     */
    InternalCertificates(Path folder, MadeOnce once, String mode) {
        this.on = !mode.equals(InternalTlsSettings.Mode.OFF.text());
        this.folder = folder;
        this.once = once;
    }

    boolean on() {
        return on;
    }

    /** Settings of a process of this role. */
    void tell(Role role, BiConsumer<String, String> environment) {
        if (on) {
            environment.accept(InternalTlsSettings.MODE, InternalTlsSettings.Mode.REQUIRED.text());
            environment.accept(InternalTlsSettings.FOLDER, of(role).toString());
        }
    }

    /** With tls.crt, tls.key and ca.crt. */
    synchronized Path of(Role role) {
        if (!looked) {
            once.folder(folder, InternalCertificates::fault, InternalCertificates::fill, COST);
            looked = true;
        }
        return folder(folder, role);
    }

    private static Path folder(Path all, Role role) {
        return all.resolve(role.name().toLowerCase(java.util.Locale.ROOT));
    }

    private static void fill(Path all) throws IOException {
        Instant now = Instant.now();
        Authority authority =
                Authority.create(
                        "otherworld local", now.minus(Authority.BACKDATED), now.plus(LIFE));
        for (Role role : Role.values()) {
            Credentials issued =
                    authority.issue(id(role), now.minus(Authority.BACKDATED), now.plus(LIFE));
            Map<String, String> files = new LinkedHashMap<>();
            files.put("tls.crt", issued.chainPem());
            files.put("tls.key", issued.keyPem());
            files.put("ca.crt", Pem.encode(authority.certificate()));
            Path own = Files.createDirectories(folder(all, role));
            files.forEach((name, text) -> AtomicFiles.write(own.resolve(name), text));
        }
    }

    private static PeerId id(Role role) {
        return role == Role.INSTANCE
                ? PeerId.instance(InternalTlsSettings.DEFAULT_DOMAIN, NAMESPACE)
                : PeerId.of(InternalTlsSettings.DEFAULT_DOMAIN, role);
    }

    private static String fault(Path all) {
        for (Role role : Role.values()) {
            Path own = folder(all, role);
            try {
                Credentials found =
                        Credentials.of(
                                read(own.resolve("tls.crt")),
                                "tls.crt",
                                read(own.resolve("tls.key")),
                                "tls.key");
                Pem.certificates(read(own.resolve("ca.crt")), "ca.crt");
                if (!id(role).isOf(found.certificate())) {
                    return "%s is for another role".formatted(own);
                }
                if (found.notAfter().isBefore(Instant.now().plus(LIFE.dividedBy(2)))) {
                    return "it ends at %s".formatted(found.notAfter());
                }
            } catch (Unusable | UncheckedIOException e) {
                return String.valueOf(e.getMessage());
            }
        }
        return "";
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
