package otherworld.instance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import otherworld.ops.tls.Authority;
import otherworld.ops.tls.Credentials;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.ops.tls.InternalTlsSettings.Mode;
import otherworld.ops.tls.Material;
import otherworld.ops.tls.PeerId;
import otherworld.ops.tls.Pem;
import otherworld.ops.tls.Role;

/** Folders with certificates of our own processes, and whoever renews them. */
final class TestCertificates {
    static final String DOMAIN = InternalTlsSettings.DEFAULT_DOMAIN;

    private final Path folder;

    TestCertificates(Path folder) {
        this.folder = folder;
    }

    static Authority authority(String name) {
        Instant now = Instant.now();
        return Authority.create(name, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(1)));
    }

    private static Credentials issued(Authority issuer, PeerId id) {
        Instant now = Instant.now();
        return issuer.issue(id, now.minusSeconds(3_600), now.plusSeconds(3_600));
    }

    /** Writes a role's folder as a kubelet does: each file whole. */
    void write(String name, PeerId id, Authority issuer, Authority... trusted) {
        Credentials own = issued(issuer, id);
        Map<String, String> files = new HashMap<>();
        files.put("tls.crt", own.chainPem());
        files.put("tls.key", own.keyPem());
        files.put(
                "ca.crt",
                Arrays.stream(trusted)
                        .map(each -> Pem.encode(each.certificate()))
                        .collect(Collectors.joining()));
        try {
            Path into = Files.createDirectories(folder.resolve(name));
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path part = into.resolve(file.getKey() + ".part");
                Files.writeString(part, file.getValue());
                Files.move(part, into.resolve(file.getKey()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Map<String, String> settings(String name, String mode, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(more);
        settings.put(InternalTlsSettings.MODE, mode);
        settings.put(InternalTlsSettings.FOLDER, folder.resolve(name).toString());
        return settings;
    }

    /** Of somebody who dials instances. */
    static SSLContext client(Authority issuer, PeerId id, Authority trusted) {
        Material material = new Material(issued(issuer, id), List.of(trusted.certificate()));
        return InternalTls.of(
                        new InternalTlsSettings(Mode.REQUIRED, Optional.empty(), DOMAIN),
                        () -> Optional.of(material),
                        () -> "")
                .client(Role.INSTANCE);
    }
}
