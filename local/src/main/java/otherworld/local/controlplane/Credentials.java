package otherworld.local.controlplane;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import otherworld.local.files.SecretFiles;

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
                    new User("operator", "otherworld-operator", ""));

    private record User(String file, String name, String group) {}

    /** Writes what is missing; kubeconfigs anew each time, since the port may have changed. */
    static Credentials in(Path folder, Pki pki, int apiPort) {
        Credentials credentials = new Credentials(folder);
        StringBuilder tokens = new StringBuilder();
        for (User user : USERS) {
            String token = SecretFiles.readOrCreate(folder.resolve(user.file() + ".token"));
            tokens.append(
                    "%s,%s,%s,\"%s\"%n".formatted(token, user.name(), user.name(), user.group()));
            SecretFiles.write(
                    credentials.kubeconfig(user.file()),
                    kubeconfig(pki.read("ca.crt"), apiPort, user.file(), token));
        }
        if (!Files.exists(credentials.tokens())) {
            SecretFiles.write(credentials.tokens(), tokens.toString());
        }
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
        return SecretFiles.readOrCreate(folder.resolve("admin.token"));
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
