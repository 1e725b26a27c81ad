package otherworld.local.up;

import java.util.Arrays;
import java.util.Optional;

/** What has to be done before a cluster is up, each once; the order is {@link ClusterStart}'s. */
enum Step {
    ISSUER("oidc-issuer"),
    REDIS("redis"),
    DATABASE("database"),
    SCHEMA("SQL schema"),
    ETCD("etcd"),
    API_SERVER("kube-apiserver"),
    SCHEDULER("kube-scheduler"),
    CONTROLLERS("kube-controller-manager"),
    DEFINITIONS("World CRD"),
    NODE("node"),
    MATCHMAKER("matchmaker"),
    OPERATOR("operator"),
    WORLD("World plaza");

    private final String label;

    /**
     * @param label the part's name, where it is one
     */
    Step(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    static Optional<Step> ofPart(String name) {
        return Arrays.stream(values()).filter(step -> step.label.equals(name)).findFirst();
    }
}
