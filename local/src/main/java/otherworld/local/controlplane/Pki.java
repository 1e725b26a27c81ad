package otherworld.local.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.MadeOnce;
import otherworld.local.files.Unread;

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

    private static final String COST = "kubeconfigs that were copied elsewhere are good no more";

    /** Certificate and key of each, with the authority that signed it, itself without a key. */
    private static final Map<String, String> PAIRS =
            Map.of(
                    "etcd", "etcd-ca",
                    "apiserver", "ca",
                    "kubelet", "kubelet-ca",
                    "kubelet-client", "kubelet-ca");

    /** The keys in {@code folder}, made now if it does not exist. */
    static Pki in(Path folder, MadeOnce once) {
        once.folder(folder, whole -> new Pki(whole).fault(), work -> new Pki(work).create(), COST);
        return new Pki(folder);
    }

    /** What is wrong with it; empty if nothing is. */
    private String fault() {
        String trying = "";
        try {
            for (Map.Entry<String, String> pair : PAIRS.entrySet()) {
                trying = pair.getValue() + ".crt";
                X509Certificate authority =
                        Pem.certificate(Files.readString(folder.resolve(trying)));
                authority.checkValidity();
                trying = pair.getKey() + ".crt";
                X509Certificate certificate =
                        Pem.certificate(Files.readString(folder.resolve(trying)));
                certificate.checkValidity();
                certificate.verify(authority.getPublicKey());
                trying = pair.getKey() + ".key";
                requirePair(
                        certificate.getPublicKey(),
                        Pem.key(Files.readString(folder.resolve(trying))));
            }
            trying = "accounts.pub";
            PublicKey accounts = Pem.publicKey(Files.readString(folder.resolve(trying)));
            trying = "accounts.key";
            requirePair(accounts, Pem.key(Files.readString(folder.resolve(trying))));
            return "";
        } catch (IOException e) {
            return "%s: %s".formatted(trying, Unread.fault(folder.resolve(trying), e));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return "%s is not as it was made: %s".formatted(trying, e.getMessage());
        }
    }

    private static void requirePair(PublicKey open, PrivateKey secret)
            throws GeneralSecurityException {
        byte[] message = "a pair?".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(secret);
        signature.update(message);
        byte[] signed = signature.sign();
        signature.initVerify(open);
        signature.update(message);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("it is not the key of its certificate");
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

    private void create() throws IOException {
        try {
            make();
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("Could not make keys", e);
        }
    }

    private void make() throws GeneralSecurityException, OperatorCreationException, IOException {
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
        AtomicFiles.write(folder.resolve(name), content);
    }
}
