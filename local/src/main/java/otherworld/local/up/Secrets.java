package otherworld.local.up;

import java.nio.file.Files;
import java.nio.file.Path;
import otherworld.local.files.SecretFiles;
import otherworld.tickets.SigningKeys;

/**
 * The secrets of a local cluster: made on first use, one file each, readable by this account alone.
 */
record Secrets(Path folder) {

    /** JWK Set that signs tickets. */
    Path signingKeys() {
        Path file = folder.resolve("ticket-keys.json");
        return Files.exists(file) ? file : SecretFiles.write(file, SigningKeys.generate());
    }

    /** What the operator shows the matchmaker's gRPC. */
    Path grpcToken() {
        return random("grpc-token");
    }

    /** What a local client shows the OIDC issuer to get a player's token. */
    Path oidcClientSecret() {
        return random("oidc-client-secret");
    }

    /** Where the OIDC issuer keeps its key. */
    Path oidcKey() {
        return folder.resolve("oidc-key.json");
    }

    Path redisPassword() {
        return random("redis-password");
    }

    /** Where it is, or will be: see {@link DatabaseFolder}. */
    Path databasePassword() {
        return folder.resolve("database-password");
    }

    private Path random(String name) {
        Path file = folder.resolve(name);
        SecretFiles.readOrCreate(file);
        return file;
    }
}
