package otherworld.local.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.MadeOnce;

/**
 * Who may talk to the API server, by bearer token, each with a kubeconfig of its own. Kept in a
 * folder, made once.
 */
record Credentials(Path folder) {
    static final String NODE_NAME = "local";

    private static final List<User> USERS =
            List.of(
                    new User("admin", "admin", "system:masters"),
                    new User("scheduler", "system:kube-scheduler", ""),
                    new User("controllers", "system:kube-controller-manager", ""),
                    new User("node", "system:node:" + NODE_NAME, "system:nodes"),
                    new User("operator", "otherworld-operator", ""),
                    new User("prometheus", "otherworld-prometheus", ""));

    private record User(String file, String name, String group) {}

    /** Makes tokens that are missing; what follows from tokens, keys and ports is written anew. */
    static Credentials in(Path folder, Pki pki, int apiPort, MadeOnce once) {
        Credentials credentials = new Credentials(folder);
        StringBuilder tokens = new StringBuilder();
        for (User user : USERS) {
            String token =
                    once.secret(
                            folder.resolve(user.file() + ".token"),
                            "a copied kubeconfig of %s is good no more".formatted(user.file()));
            tokens.append(
                    "%s,%s,%s,\"%s\"%n".formatted(token, user.name(), user.name(), user.group()));
            AtomicFiles.write(
                    credentials.kubeconfig(user.file()),
                    kubeconfig(pki.read("ca.crt"), apiPort, user.file(), token));
        }
        AtomicFiles.write(credentials.tokens(), tokens.toString());
        return credentials;
    }

    /** For {@code --token-auth-file}. */
    Path tokens() {
        return folder.resolve("tokens.csv");
    }

    Path kubeconfig(String user) {
        return folder.resolve(user + ".kubeconfig");
    }

    String adminToken() {
        try {
            return Files.readString(folder.resolve("admin.token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read the token of the administrator", e);
        }
    }

    private static String kubeconfig(String authority, int port, String user, String token) {
        return """
        apiVersion: v1
        kind: Config
        current-context: otherworld
        clusters:
        - name: otherworld
          cluster:
            server: https://127.0.0.1:%d
            certificate-authority-data: %s
        users:
        - name: %s
          user:
            token: %s
        contexts:
        - name: otherworld
          context: {cluster: otherworld, user: %s}
        """
                .formatted(
                        port,
                        Base64.getEncoder()
                                .encodeToString(authority.getBytes(StandardCharsets.US_ASCII)),
                        user,
                        token,
                        user);
    }
}
