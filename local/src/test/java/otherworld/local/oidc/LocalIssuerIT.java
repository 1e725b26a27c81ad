package otherworld.local.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class LocalIssuerIT {
    @Test
    void issuesTokensThatItsPublishedKeysVerify() throws Exception {
        try (LocalIssuer issuer = LocalIssuer.start(0, LocalIssuer.newKey(), "s3cret")) {
            HttpResponse<String> answer =
                    token(
                            issuer,
                            "grant_type=client_credentials&client_id=bot-1&client_secret=s3cret");
            assertThat(answer.statusCode()).isEqualTo(200);
            SignedJWT token =
                    SignedJWT.parse(
                            (String) JSONObjectUtils.parse(answer.body()).get("access_token"));
            JWKSet keys = JWKSet.load(URI.create(issuer.issuer() + "/jwks").toURL());
            assertThat(keys.getKeys().getFirst().isPrivate()).isFalse();
            assertThat(token.verify(new RSASSAVerifier(keys.getKeys().getFirst().toRSAKey())))
                    .isTrue();
            assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("bot-1");
            assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo(issuer.issuer());
            assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("otherworld");
        }
    }

    @Test
    void keepsItsKeyOverRestarts() throws Exception {
        String key = LocalIssuer.newKey();
        assertThat(LocalIssuer.keyFault(key)).isEmpty();
        assertThat(LocalIssuer.keyFault("{}")).isNotEmpty();
        String first;
        try (LocalIssuer issuer = LocalIssuer.start(0, key, "s")) {
            first = get(issuer, "/jwks");
        }
        try (LocalIssuer issuer = LocalIssuer.start(0, key, "s")) {
            assertThat(get(issuer, "/jwks")).isEqualTo(first);
        }
    }

    @Test
    void refusesWrongSecretsGrantsAndPlayers() throws Exception {
        try (LocalIssuer issuer = LocalIssuer.start(0, LocalIssuer.newKey(), "s3cret")) {
            assertThat(
                            token(
                                            issuer,
                                            "grant_type=client_credentials&client_id=b&client_secret=guess")
                                    .statusCode())
                    .isEqualTo(401);
            assertThat(token(issuer, "grant_type=password&client_id=b&client_secret=s3cret").body())
                    .contains("unsupported_grant_type");
            assertThat(
                            token(
                                            issuer,
                                            "grant_type=client_credentials&client_id=a%20b&client_secret=s3cret")
                                    .body())
                    .contains("invalid_request");
            assertThat(token(issuer, "x=" + "y".repeat(10_000)).statusCode())
                    .isGreaterThanOrEqualTo(400);
        }
    }

    private static HttpResponse<String> token(LocalIssuer issuer, String form) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(issuer.issuer() + "/token"))
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(HttpRequest.BodyPublishers.ofString(form))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String get(LocalIssuer issuer, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create(issuer.issuer() + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
