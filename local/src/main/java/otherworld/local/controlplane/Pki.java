package otherworld.local.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import otherworld.local.files.SecretFiles;
import otherworld.local.files.Trees;

/**
 * Keys and certificates of a control plane, in a folder, made once. etcd has an authority of its
 * own, so that no client of the API server is a client of etcd. Tokens serve API clients.
 */
record Pki(Path folder) {
    private static final List<String> LOOPBACK = List.of("127.0.0.1");
    private static final List<String> API_SERVER_NAMES =
            List.of("localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc");
    static final String SERVICE_RANGE = "10.96.0.0/16";
    private static final String FIRST_SERVICE_ADDRESS = "10.96.0.1";

    /** The keys in {@code folder}, made now if it does not exist. */
    static Pki in(Path folder) {
        if (Files.isDirectory(folder)) {
            return new Pki(folder);
        }
        try {
            Path work = Files.createTempDirectory(folder.getParent(), ".pki-");
            try {
                new Pki(work).create();
                Files.move(work, folder, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Trees.delete(work);
            }
            return new Pki(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not make keys in " + folder, e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("Could not make keys", e);
        }
    }

    String path(String name) {
        return folder.resolve(name).toString();
    }

    String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + folder.resolve(name), e);
        }
    }

    private void create() throws GeneralSecurityException, OperatorCreationException, IOException {
        Authority etcd = Authority.create("otherworld-etcd");
        write("etcd-ca.crt", etcd.certificatePem());
        write("etcd", etcd.issueServer("etcd", List.of("localhost"), LOOPBACK));

        Authority cluster = Authority.create("otherworld-local");
        write("ca.crt", cluster.certificatePem());
        write(
                "apiserver",
                cluster.issueServer(
                        "kube-apiserver",
                        API_SERVER_NAMES,
                        List.of("127.0.0.1", FIRST_SERVICE_ADDRESS)));

        // An authority of its own again: whoever it signs may read every pod's logs.
        Authority kubelet = Authority.create("otherworld-kubelet");
        write("kubelet-ca.crt", kubelet.certificatePem());
        write("kubelet", kubelet.issueServer("kubelet", List.of("localhost"), LOOPBACK));
        write("kubelet-client", kubelet.issueClient(new X500Name("CN=kube-apiserver")));

        KeyPair accounts = Authority.newKeys();
        write("accounts.key", Pem.encode("PRIVATE KEY", accounts.getPrivate().getEncoded()));
        write("accounts.pub", Pem.encode("PUBLIC KEY", accounts.getPublic().getEncoded()));
    }

    private void write(String name, Authority.Identity identity) throws GeneralSecurityException {
        write(name + ".crt", identity.certificatePem());
        write(name + ".key", identity.keyPem());
    }

    private void write(String name, String content) {
        SecretFiles.write(folder.resolve(name), content);
    }
}
