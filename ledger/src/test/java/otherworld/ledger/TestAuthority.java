package otherworld.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** A private certificate authority and what it signed, made by the JDK's keytool. */
final class TestAuthority {
    private static final String PASSWORD = "changeit";

    private static final String STORE = "authority.p12";

    private final Path folder;

    TestAuthority(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        this.folder = folder;
        pair("ca", "-ext", "bc:c");
        write("ca.pem", "CERTIFICATE", store().getCertificate("ca").getEncoded());
    }

    /** {@code name.pem} and {@code name.key} for 127.0.0.1. */
    void sign(String name) throws IOException, InterruptedException, GeneralSecurityException {
        pair(name, "-signer", "ca", "-ext", "san=ip:127.0.0.1");
        KeyStore store = store();
        write(name + ".pem", "CERTIFICATE", store.getCertificate(name).getEncoded());
        write(
                name + ".key",
                "PRIVATE KEY",
                store.getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        return KeyStore.getInstance(folder.resolve(STORE).toFile(), PASSWORD.toCharArray());
    }

    private void write(String name, String kind, byte[] content) throws IOException {
        String base64 =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(content);
        Files.writeString(
                folder.resolve(name),
                "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, base64));
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    String pem(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private void pair(String name, String... more) throws IOException, InterruptedException {
        keytool(
                Stream.concat(
                                Stream.of(
                                        "-genkeypair",
                                        "-alias",
                                        name,
                                        "-keyalg",
                                        "EC",
                                        "-groupname",
                                        "secp256r1",
                                        "-dname",
                                        "CN=" + name,
                                        "-keystore",
                                        STORE),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private void keytool(String... words) throws IOException, InterruptedException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command =
                Stream.of(
                                Stream.of(tool.toString()),
                                Stream.of(words),
                                Stream.of("-storepass", PASSWORD))
                        .flatMap(part -> part)
                        .toList();
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command + ": " + said);
        }
    }
}
