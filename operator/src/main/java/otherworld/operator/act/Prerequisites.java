package otherworld.operator.act;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import otherworld.base.HostTemplate;
import otherworld.crds.Tls;
import otherworld.crds.World;
import otherworld.operator.config.OperatorSettings.Reach;
import otherworld.operator.observe.Sources.Source;

/** What a World asks for that is not its own to have: without it, no pod of it is of use. */
public final class Prerequisites {
    private final Reach reach;
    private final Predicate<Source> missing;
    private final Function<String, Optional<String>> internalTls;

    /** It is not there. */
    static final class Unmet extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String reason;
        private final boolean soon;

        /**
         * @param reason one CamelCase word
         * @param soon whether it is worth looking again within seconds
         */
        Unmet(String reason, boolean soon, String message) {
            super(message, null, false, false);
            this.reason = reason;
            this.soon = soon;
        }

        boolean soon() {
            return soon;
        }

        String reason() {
            return reason;
        }
    }

    /**
     * @param missing whether the API server knows no such object
     * @param internalTls why pods of a namespace would have no certificate; empty if they have
     */
    public Prerequisites(
            Reach reach,
            Predicate<Source> missing,
            Function<String, Optional<String>> internalTls) {
        this.reach = reach;
        this.missing = missing;
        this.internalTls = internalTls;
    }

    /**
     * @throws Unmet with what to do
     */
    void check(World world) {
        checkInternalTls(world.getMetadata().getNamespace());
        switch (world.getSpec().network().mode()) {
            case Gateway -> {
                if (reach.gateway().isEmpty()) {
                    throw new Unmet(
                            "NoGateway",
                            false,
                            "network.mode is Gateway, and this release has none: install it with gateway.enabled and gateway.host (the operator's OTHERWORLD_GATEWAY_URL), or set network.mode HostPort");
                }
            }
            case HostPort ->
                    Optional.ofNullable(world.getSpec().network().tls())
                            .ifPresent(tls -> check(world, tls));
        }
    }

    private void checkInternalTls(String namespace) {
        internalTls
                .apply(namespace)
                .ifPresent(why -> {
                    throw new Unmet(
                            "NoInternalCertificate",
                            true,
                            "pods of namespace %s would have no certificate to show our other processes: %s"
                                    .formatted(namespace, why));
                });
    }

    private void check(World world, Tls tls) {
        if (reach.host().filter(HostTemplate::isName).isEmpty()) {
            throw new Unmet(
                    "NoEndpointHost",
                    false,
                    "network.tls needs a host name that the certificate is for, and players are told addresses: set instances.endpointHost (the operator's OTHERWORLD_ENDPOINT_HOST), such as {node}.play.example.org, or leave network.tls out");
        }
        String namespace = world.getMetadata().getNamespace();
        String secret = tls.secretRef().name();
        if (missing.test(new Source("secrets", namespace, secret))) {
            throw new Unmet(
                    "NoTlsSecret",
                    true,
                    "Secret %s of network.tls is not in namespace %s: make it with tls.crt and tls.key, such as by cert-manager or kubectl create secret tls"
                            .formatted(secret, namespace));
        }
    }
}
