package otherworld.operator;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.operator.config.OperatorSettings.Election;

/**
 * Which replica works, by a Lease. What the operator framework would do by itself is not used: its
 * identity is HOSTNAME, which two replicas share on a host's network, and its end is System.exit,
 * which never returns in a process that SIGTERM is ending already.
 */
final class Leadership {
    static final String LEASE = "otherworld-operator";

    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    private static final int UUID_END = 37;

    private final Election election;
    private final Runnable lost;
    private final String identity;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean leads;
    private volatile Optional<String> leader = Optional.empty();

    Leadership(Election election, Runnable lost) {
        this.election = election;
        this.lost = lost;
        this.identity =
                Optional.ofNullable(System.getenv("HOSTNAME")).orElse("operator")
                        + "-"
                        + UUID.randomUUID();
    }

    /** Empty if there is nothing to elect. */
    Optional<LeaderElectionConfiguration> configuration() {
        if (!election.enabled()) {
            return Optional.empty();
        }
        Duration lease = election.lease();
        LeaderCallbacks callbacks =
                new LeaderCallbacks(
                        () -> {
                            leads = true;
                            log.info("{} leads", identity);
                        },
                        this::stopped,
                        this::heard);
        // The proportions of Kubernetes' own components: 15 s, 10 s, 2 s.
        return Optional.of(
                new LeaderElectionConfiguration(
                        LEASE,
                        election.namespace(),
                        lease,
                        lease.multipliedBy(2).dividedBy(3),
                        lease.multipliedBy(2).dividedBy(15),
                        identity,
                        callbacks,
                        false));
    }

    /** Nobody, where one has just given the Lease back. What is thrown here ends the election. */
    private void heard(@Nullable String now) {
        leader = Optional.ofNullable(now).filter(name -> !name.isEmpty());
        log.info("The leader is {}", leader.orElse("nobody yet"));
    }

    /** Whether this replica works. */
    boolean leads() {
        return !over.get() && (leads || !election.enabled());
    }

    /** Who leads, by the name of its pod, as far as was heard. */
    Optional<String> leader() {
        // Behind the name is a random UUID of the process.
        return leader.map(
                it -> it.length() > UUID_END ? it.substring(0, it.length() - UUID_END) : it);
    }

    /** This replica ends by itself: giving the Lease back is no loss. */
    void resign() {
        over.set(true);
    }

    /**
     * After nothing is reconciled any more: the next replica need not wait until the Lease runs
     * out. The framework means to do this too, but has ended its own threads by then.
     */
    void giveBack(KubernetesClient client) {
        if (!election.enabled()) {
            return;
        }
        try {
            Lease lease = client.leases().inNamespace(election.namespace()).withName(LEASE).get();
            if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
                // With the version that was read: never what another replica wrote meanwhile.
                String patch =
                        "{\"metadata\": {\"resourceVersion\": \"%s\"}, \"spec\": {\"holderIdentity\": null}}"
                                .formatted(lease.getMetadata().getResourceVersion());
                client.leases()
                        .inNamespace(election.namespace())
                        .withName(LEASE)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
            }
        } catch (KubernetesClientException e) {
            log.info("The Lease {} was not given back and runs out: {}", LEASE, e.getMessage());
        }
    }

    private void stopped() {
        if (over.compareAndSet(false, true)) {
            log.warn("{} has lost the Lease {}", identity, LEASE);
            lost.run();
        }
    }
}
