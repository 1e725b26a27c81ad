package otherworld.local.node;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;

/** Sends one HTTP GET probe. Blocking; a connection of its own each time, as a kubelet. */
final class HttpProbe {
    private HttpProbe() {}

    record Result(boolean success, String message) {}

    /** Success is a status from 200 to 399 within the timeout; redirects are not followed. */
    static Result send(ProbeSettings settings) {
        int timeoutMs = Math.toIntExact(settings.timeout().toMillis());
        HttpURLConnection connection = null;
        try {
            URI target =
                    new URI(
                            "http://"
                                    + PodFields.ADDRESS
                                    + ":"
                                    + settings.port()
                                    + settings.path());
            connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(timeoutMs);
            connection.setReadTimeout(timeoutMs);
            connection.setInstanceFollowRedirects(false);
            connection.setUseCaches(false);
            connection.setRequestProperty("Connection", "close");
            connection.setRequestProperty("User-Agent", "kube-probe/otherworld");
            for (ProbeSettings.Header header : settings.headers()) {
                connection.setRequestProperty(header.name(), header.value());
            }
            int status = connection.getResponseCode();
            return new Result(
                    status >= 200 && status < 400,
                    "HTTP probe of %s answered %d".formatted(target, status));
        } catch (IOException | URISyntaxException | RuntimeException e) {
            return new Result(
                    false,
                    "HTTP probe of port %d%s: %s"
                            .formatted(settings.port(), settings.path(), e.getMessage()));
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }
}
