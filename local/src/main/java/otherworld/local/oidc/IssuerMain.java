package otherworld.local.oidc;

import otherworld.ops.MainProcess;

/**
 * The local cluster's issuer as a process, for trials in a cluster (the chart's {@code
 * trial.issuer}). Whoever knows the secret is any player: never for anything but trials.
 */
public final class IssuerMain {
    private IssuerMain() {}

    public static void main(String[] args) {
        MainProcess.run(
                "trial-issuer",
                System.getenv(),
                (settings, _) -> {
                    int port = settings.integer("OTHERWORLD_HTTP_PORT", 8080, 0, 65_535);
                    String issuer =
                            settings.parsed(
                                    "OTHERWORLD_OIDC_ISSUER", null, IssuerMain::url, "a URL");
                    String secret = settings.secret("OTHERWORLD_CLIENT_SECRET", null);
                    settings.check();
                    return LocalIssuer.startForTrial(port, issuer, secret)::close;
                });
    }

    private static String url(String text) {
        if (!text.startsWith("http://") && !text.startsWith("https://")) {
            throw new IllegalArgumentException();
        }
        return text;
    }
}
