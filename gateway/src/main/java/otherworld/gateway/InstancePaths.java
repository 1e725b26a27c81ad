package otherworld.gateway;

import java.util.regex.Pattern;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;
import otherworld.http.Request;
import otherworld.ops.Problem;

/**
 * What strangers may say of an instance in a path or query. Each is of few characters, so that it
 * can be passed on without a thought.
 */
public final class InstancePaths {
    /** What an instance has at {@code PATH} the gateway has at this and {@code PATH}. */
    public static final String PREFIX = "/i/{world}/{ordinal}";

    private static final Pattern ORDINAL = Pattern.compile("0|[1-9][0-9]{0,4}");
    private static final Pattern REASON = Pattern.compile("[a-z-]{0,32}");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private InstancePaths() {}

    /** The prefix of an instance. */
    public static String prefix(InstanceId instance) {
        return "/i/%s/%d".formatted(instance.world(), instance.ordinal());
    }

    /**
     * @throws Problem.Thrown if it names none
     */
    public static InstanceId instance(Request request) {
        String ordinal = request.parameter("ordinal");
        try {
            if (!ORDINAL.matcher(ordinal).matches()) {
                throw new IllegalArgumentException(
                        "Ordinal '%s' must be 0 to %d".formatted(ordinal, InstanceId.MAX_ORDINAL));
            }
            return new InstanceId(
                    new WorldId(request.parameter("world")), Integer.parseInt(ordinal));
        } catch (IllegalArgumentException e) {
            throw new Problem.Thrown(
                    GatewayProblem.NO_SUCH_INSTANCE, String.valueOf(e.getMessage()));
        }
    }

    /** Why this transport; empty if that is not said, or not with words of docs/endpoints.md. */
    public static String reason(Request request) {
        return request.query("reason").filter(text -> REASON.matcher(text).matches()).orElse("");
    }

    /** Of a WebRTC session. */
    public static String id(Request request) {
        String id = request.parameter("id");
        if (!ID.matcher(id).matches()) {
            throw new Problem.Thrown(GatewayProblem.BAD_PARAMETER, "no session has such an id");
        }
        return id;
    }

    /** Of the zone log. */
    public static String after(Request request) {
        String after = request.query("after").orElse("0");
        if (!NUMBER.matcher(after).matches()) {
            throw new Problem.Thrown(GatewayProblem.BAD_PARAMETER, "after must be a whole number");
        }
        return after;
    }
}
