package otherworld.operator.observe;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.crds.World;

/** Labels and annotations by which the operator knows its pods. */
public final class Names {
    /** Of the pod's ports. */
    public static final String PLAY_PORT = "play";

    public static final String WEBRTC_PORT = "webrtc";

    /** Of the pod's volume with the certificate of its players' port. */
    public static final String TLS_VOLUME = "tls";

    /** Of the pod's volume with what it shows our other processes. */
    public static final String INTERNAL_TLS_VOLUME = "internal-tls";

    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "otherworld-operator";
    public static final String APP = "app.kubernetes.io/name";
    public static final String INSTANCE_APP = "otherworld-instance";
    public static final String WORLD = "otherworld.dev/world";
    public static final String ORDINAL = "otherworld.dev/ordinal";
    public static final String REVISION = "otherworld.dev/revision";

    /** Annotation: the last number of the pod's name. */
    public static final String ATTEMPT = "otherworld.dev/attempt";

    /** Annotation: uid of the World for which the operator made an object. */
    public static final String WORLD_UID = "otherworld.dev/world-uid";

    /** Annotation: pods of the ordinal that failed in a row before this one. */
    public static final String FAILURES = "otherworld.dev/failures";

    /** Annotation: pods of the ordinal in a row before this one that found their port taken. */
    public static final String PORTS_TAKEN = "otherworld.dev/ports-taken";

    /** Annotation: token of a cordon; the operator that finds it re-sends it. */
    public static final String CORDON = "otherworld.dev/cordon";

    /**
     * Annotation: address or name under which players reach the pod, where that is not its node's
     * own; for whoever sets it before the pod starts, such as an admission webhook.
     */
    public static final String ADVERTISED_ADDRESS = "otherworld.dev/advertised-address";

    /** Selects the pods of every World. */
    public static final String ALL_PODS =
            MANAGED_BY + "=" + OPERATOR + "," + APP + "=" + INSTANCE_APP;

    private static final Pattern POD_NAME = Pattern.compile("(.+)-(\\d{1,9})-(\\d{1,9})");

    private Names() {}

    /** What the name of an instance's pod says; nobody can change it. */
    public record PodName(String world, int ordinal, int attempt) {
        /** Empty if the name is none that the operator gives. */
        public static Optional<PodName> parse(String name) {
            Matcher parts = POD_NAME.matcher(name);
            return parts.matches()
                    ? Optional.of(
                            new PodName(
                                    parts.group(1),
                                    Integer.parseInt(parts.group(2)),
                                    Integer.parseInt(parts.group(3))))
                    : Optional.empty();
        }

        @Override
        public String toString() {
            return "%s-%d-%d".formatted(world, ordinal, attempt);
        }
    }

    /** Labels that select the pods of one World, in its namespace. */
    public static Map<String, String> selector(World world) {
        return Map.of(
                MANAGED_BY, OPERATOR, APP, INSTANCE_APP, WORLD, world.getMetadata().getName());
    }

    public static String selectorText(World world) {
        return ALL_PODS + "," + WORLD + "=" + world.getMetadata().getName();
    }
}
