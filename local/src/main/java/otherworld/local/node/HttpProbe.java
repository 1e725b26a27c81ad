package otherworld.local.node;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import otherworld.ops.ManagementServer;

/**
 * Sends one HTTP GET probe. Blocking; a connection of its own each time, as a kubelet. Pods of this
 * machine share its address, so an answer may be a stranger's who has taken the port: a container
 * that knows its pod must say so.
 */
final class HttpProbe {
    private HttpProbe() {}

    /**
     * @param refused nobody listens there
     */
    record Result(boolean success, String message, boolean refused) {
        Result(boolean success, String message) {
            this(success, message, false);
        }
    }

    /**
     * Success is a status from 200 to 399 within the timeout; redirects are not followed.
     *
     * @param pod what {@link ManagementServer#POD_HEADER} must say; empty if whatever answers will
     *     do
     */
    static Result send(ProbeSettings settings, Optional<String> pod) {
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
            String answering = connection.getHeaderField(ManagementServer.POD_HEADER);
            if (pod.isPresent() && !pod.get().equals(answering)) {
                return new Result(
                        false,
                        "HTTP probe of %s was answered by %s instead of this pod"
                                .formatted(
                                        target,
                                        answering == null ? "a stranger" : "pod " + answering));
            }
            return new Result(
                    status >= 200 && status < 400,
                    "HTTP probe of %s answered %d".formatted(target, status));
        } catch (IOException | URISyntaxException | RuntimeException e) {
            return new Result(
                    false,
                    "HTTP probe of port %d%s: %s"
                            .formatted(settings.port(), settings.path(), e.getMessage()),
                    e instanceof ConnectException);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }
}
