package otherworld.matchmaker;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.function.UnaryOperator;

/** An OIDC issuer as far as the matchmaker knows one: keys over HTTP, and tokens. */
public final class TestIssuer implements AutoCloseable {
    private final HttpServer server;
    private final RSAKey key;
    private volatile String published;

    public TestIssuer() {
        try {
            key = new RSAKeyGenerator(2048).keyID("k-1").generate();
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (JOSEException | IOException e) {
            throw new IllegalStateException(e);
        }
        published = new JWKSet(key).toString(true);
        server.createContext(
                "/jwks",
                exchange -> {
                    byte[] keys = published.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, keys.length);
                    exchange.getResponseBody().write(keys);
                    exchange.close();
                });
        server.start();
    }

    /** Publishes another key from now on, and this one no more. */
    public void takeBack() {
        try {
            published = new JWKSet(new RSAKeyGenerator(2048).keyID("k-2").generate()).toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String token(String player) {
        return token(player, claims -> claims);
    }

    public String token(String player, UnaryOperator<JWTClaimsSet.Builder> change) {
        try {
            SignedJWT jwt =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k-1").build(),
                            change.apply(
                                            new JWTClaimsSet.Builder()
                                                    .issuer(url())
                                                    .audience("otherworld")
                                                    .subject(player)
                                                    .expirationTime(
                                                            Date.from(
                                                                    Instant.now()
                                                                            .plus(
                                                                                    Duration
                                                                                            .ofHours(
                                                                                                    1)))))
                                    .build());
            jwt.sign(new RSASSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
