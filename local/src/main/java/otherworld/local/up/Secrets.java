package otherworld.local.up;

import java.nio.file.Path;
import otherworld.local.files.MadeOnce;
import otherworld.local.oidc.LocalIssuer;
import otherworld.tickets.SigningKeys;

/**
 * The secrets of a local cluster: made on first use, one file each, readable by this account alone.
 * None of them holds state; what a new one costs is told when one was lost.
 */
record Secrets(Path folder, MadeOnce once) {
    /** JWK Set that signs tickets. */
    Path signingKeys() {
        Path file = folder.resolve("ticket-keys.json");
        once.text(
                file,
                SigningKeys::fault,
                SigningKeys::generate,
                "players who were inside join anew, at another place");
        return file;
    }

    /** What the operator shows the matchmaker's gRPC. */
    Path grpcToken() {
        return file("grpc-token", "nothing else knows it");
    }

    /** What {@code why} shows the operator's page, to ask about players. */
    Path pageToken() {
        return file("page-token", "nothing else knows it");
    }

    /** What a local client shows the OIDC issuer to get a player's token. */
    Path oidcClientSecret() {
        return file("oidc-client-secret", "clients that have the old one must read the new one");
    }

    /** The OIDC issuer's key. */
    String oidcKey() {
        return once.text(
                folder.resolve("oidc-key.json"),
                LocalIssuer::keyFault,
                LocalIssuer::newKey,
                "players' bearer tokens of before are good no more");
    }

    String redisPassword() {
        return once.secret(folder.resolve("redis-password"), "nothing else knows it");
    }

    /** PostgreSQL gets a new one before it is used. */
    String databasePassword() {
        return once.secret(
                folder.resolve("database-password"),
                "the database stays, with the new password for whoever connects by hand");
    }

    private Path file(String name, String cost) {
        Path file = folder.resolve(name);
        once.secret(file, cost);
        return file;
    }
}
