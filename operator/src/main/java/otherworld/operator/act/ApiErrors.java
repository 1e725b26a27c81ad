package otherworld.operator.act;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;

/** Reads what the API server said out of what the client library made of it. */
public final class ApiErrors {
    private static final int UNPROCESSABLE = 422;
    private static final int TOO_MANY_REQUESTS = 429;

    private ApiErrors() {}

    /** HTTP status of the answer, 0 if there was none. */
    public static int code(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof KubernetesClientException e && e.getCode() > 0) {
                return e.getCode();
            }
        }
        return 0;
    }

    /** The API server's own words; where it said none, the innermost cause's. */
    public static String message(Throwable error) {
        Throwable innermost = error;
        for (Throwable each = error; each != null; each = each.getCause()) {
            if (each instanceof KubernetesClientException e
                    && e.getStatus() != null
                    && isSaid(e.getStatus().getMessage())) {
                return e.getStatus().getMessage();
            }
            innermost = each;
        }
        String name = innermost.getClass().getSimpleName();
        String said = innermost.getMessage();
        return said == null || said.isBlank() ? name : name + ": " + said;
    }

    public static boolean isNotFound(Throwable error) {
        return code(error) == HttpURLConnection.HTTP_NOT_FOUND;
    }

    public static boolean isConflict(Throwable error) {
        return code(error) == HttpURLConnection.HTTP_CONFLICT;
    }

    /**
     * @param what was asked for, such as "Starting instance 3"
     */
    static Refusal refusal(Refusal.Change change, String what, KubernetesClientException e) {
        int code = code(e);
        String message = message(e);
        boolean passing =
                code < HttpURLConnection.HTTP_BAD_REQUEST
                        || code == HttpURLConnection.HTTP_CLIENT_TIMEOUT
                        || code == TOO_MANY_REQUESTS
                        || code >= HttpURLConnection.HTTP_INTERNAL_ERROR;
        if (passing) {
            return new Refusal(
                    change,
                    "ApiServerUnavailable",
                    "%s: the API server could not do it: %s".formatted(what, message),
                    true);
        }
        String reason =
                switch (code) {
                    case UNPROCESSABLE, HttpURLConnection.HTTP_BAD_REQUEST -> "Invalid";
                    default -> message.contains("exceeded quota") ? "QuotaExceeded" : "Refused";
                };
        return new Refusal(
                change, reason, "%s: the API server refused: %s".formatted(what, message), false);
    }

    private static boolean isSaid(@Nullable String message) {
        return message != null && !message.isBlank();
    }
}
