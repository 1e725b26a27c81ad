package otherworld.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** A private certificate authority and what it signed, made by the JDK's keytool. */
final class TestAuthority {
    private static final String PASSWORD = "changeit";

    private final Path folder;

    TestAuthority(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        pair("ca", "-ext", "bc:c");
        keytool("-exportcert", "-alias", "ca", "-keystore", "ca.p12", "-rfc", "-file", "ca.pem");
    }

    /** {@code name.pem} and {@code name.key} for 127.0.0.1. */
    void sign(String name) throws IOException, InterruptedException, GeneralSecurityException {
        pair(name);
        keytool("-certreq", "-alias", name, "-keystore", name + ".p12", "-file", name + ".csr");
        keytool(
                "-gencert",
                "-alias",
                "ca",
                "-keystore",
                "ca.p12",
                "-infile",
                name + ".csr",
                "-outfile",
                name + ".pem",
                "-rfc",
                "-ext",
                "san=ip:127.0.0.1");
        KeyStore store =
                KeyStore.getInstance(
                        folder.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
        Key key = store.getKey(name, PASSWORD.toCharArray());
        String base64 =
                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(key.getEncoded());
        Files.writeString(
                folder.resolve(name + ".key"),
                "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n".formatted(base64));
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
                                        name + ".p12"),
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
