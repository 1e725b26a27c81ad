package otherworld.operator.observe;

import java.util.Map;
import otherworld.crds.World;

/** Labels and annotations by which the operator knows its pods. */
public final class Names {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String OPERATOR = "otherworld-operator";
    public static final String APP = "app.kubernetes.io/name";
    public static final String INSTANCE_APP = "otherworld-instance";
    public static final String WORLD = "otherworld.dev/world";
    public static final String ORDINAL = "otherworld.dev/ordinal";
    public static final String REVISION = "otherworld.dev/revision";

    /** Annotation: the last number of the pod's name. */
    public static final String ATTEMPT = "otherworld.dev/attempt";

    /** Annotation: pods of the ordinal that failed in a row before this one. */
    public static final String FAILURES = "otherworld.dev/failures";

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

    private Names() {}

    /** Labels that select the pods of one World, in its namespace. */
    public static Map<String, String> selector(World world) {
        return Map.of(
                MANAGED_BY, OPERATOR, APP, INSTANCE_APP, WORLD, world.getMetadata().getName());
    }

    public static String selectorText(World world) {
        return ALL_PODS + "," + WORLD + "=" + world.getMetadata().getName();
    }
}
