package otherworld.instance.loop;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.Limits;
import otherworld.persistence.Ownership;
import otherworld.persistence.PatchWriter;
import otherworld.protocol.Notice;
import otherworld.protocol.NoticeKind;

/**
 * Whether this host may act for its instance, as its lease and its writer say: frozen it
 * acknowledges nothing and admits nobody, fenced off it ends. Simulation thread only.
 */
final class LeaseGuard {
    private static final Logger log = LoggerFactory.getLogger(LeaseGuard.class);

    private static final Notice FROZEN =
            new Notice(
                    NoticeKind.FROZEN,
                    "the database is out of reach: nothing that is built now is acknowledged");

    private static final Notice STALLED =
            new Notice(
                    NoticeKind.STORAGE_STALLED,
                    "the database commits nothing: what is built now is not kept yet");

    private final long epoch;
    private final Ports ports;
    private final Players players;
    private boolean frozen;
    private String frozenWhy = "";
    private String damage = "";
    private String storageTrouble = "";
    private boolean closing;
    private boolean relaxed;
    private long lastSomebodyNs;

    LeaseGuard(long epoch, Ports ports, Players players) {
        this.epoch = epoch;
        this.ports = ports;
        this.players = players;
        this.lastSomebodyNs = ports.clock().nanoTime();
    }

    boolean isFrozen() {
        return frozen;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether the instance may be changed now, and if not, what an edit is answered. */
    sealed interface MayEdit {
        record Yes() implements MayEdit {}

        /** This host ends in order: the next one takes edits. */
        record Closing() implements MayEdit {}

        /** The lease was not renewed in time. */
        record Frozen(String why) implements MayEdit {}

        /** Nothing would ever be acknowledged. */
        record Damaged() implements MayEdit {}
    }

    private static final MayEdit YES = new MayEdit.Yes();

    MayEdit mayEdit() {
        if (closing) {
            return new MayEdit.Closing();
        }
        if (frozen) {
            return new MayEdit.Frozen(frozenWhy);
        }
        return damage.isEmpty() ? YES : new MayEdit.Damaged();
    }

    /** Why nothing becomes durable, for people who run this; empty if it does. */
    String storageTrouble() {
        return storageTrouble;
    }

    /** What somebody who comes in now has missed. */
    Optional<Notice> notice() {
        return storageTrouble.isEmpty() ? Optional.empty() : Optional.of(STALLED);
    }

    /** From here on a lease that is given up is no trouble. */
    void beginClosing() {
        closing = true;
    }

    /** Freezes, thaws or ends with the lease. Cheap: called before anything rests on it. */
    void watchLease() {
        switch (ports.lease().state()) {
            case Ownership.State.Held(long held) -> {
                if (held != epoch) {
                    fence("the lease is held at epoch %d now".formatted(held));
                } else if (frozen && !closing) {
                    frozen = false;
                    log.info("Thawed at epoch {}", epoch);
                    players.tellAll(new Notice(NoticeKind.THAWED, ""));
                }
            }
            case Ownership.State.Frozen(long _, String reason) -> freeze(reason);
            case Ownership.State.Waiting(String reason) -> freeze(reason);
            case Ownership.State.Lost(long lost, long seen) -> {
                if (!closing) {
                    fence("the lease of epoch %d is lost, %d was seen".formatted(lost, seen));
                }
            }
            case Ownership.State.Failed(String reason) -> fence(reason);
        }
    }

    /**
     * Somebody is on their way in, for whom the lease is made short. True once it is: only then may
     * they be let in.
     */
    boolean expectSomebody() {
        lastSomebodyNs = ports.clock().nanoTime();
        relaxed = false;
        return ports.lease().tighten();
    }

    /**
     * Lets the lease be idle once nobody was inside, or on their way, for a while.
     *
     * @param empty nobody is seated or held, and everything that was built is durable
     */
    void relaxIf(boolean empty, long nowNs) {
        if (!empty) {
            lastSomebodyNs = nowNs;
            if (relaxed) {
                expectSomebody(); // the ledger has told late of seats that are held
            }
        } else if (!relaxed && nowNs - lastSomebodyNs >= Limits.LEASE_IDLE_AFTER_MS * 1_000_000L) {
            relaxed = true;
            ports.lease().relax();
        }
    }

    /**
     * Tells when applied edits do not become durable, although the lease is renewed: a full disk, a
     * lock, a database that only reads.
     */
    void watchWriter() {
        switch (ports.writer().health()) {
            case PatchWriter.Health.Working() -> storageWorks();
            case PatchWriter.Health.Stalled(String reason, Duration waiting) -> {
                if (waiting.toMillis() >= Limits.STORAGE_STALLED_MS) {
                    storageStalls("the database commits nothing: " + reason);
                }
            }
            case PatchWriter.Health.Damaged(String reason) -> {
                damage = reason;
                ports.metrics().storageDamaged.set(1);
                storageStalls(reason);
            }
            case PatchWriter.Health.Fenced(String reason) -> fence(reason);
        }
    }

    private void storageStalls(String reason) {
        boolean news = storageTrouble.isEmpty();
        storageTrouble = reason;
        ports.metrics().storageStalled.set(1);
        if (news) {
            log.error("Nothing becomes durable at epoch {}: {}", epoch, reason);
            players.tellAll(STALLED); // the cause is for those who run this
        }
    }

    private void storageWorks() {
        if (!storageTrouble.isEmpty()) {
            storageTrouble = "";
            ports.metrics().storageStalled.set(0);
            log.info("Edits become durable again at epoch {}", epoch);
            players.tellAll(new Notice(NoticeKind.STORAGE_WORKS, ""));
        }
    }

    private void freeze(String reason) {
        frozenWhy = reason;
        if (!frozen) {
            frozen = true;
            ports.metrics().freezes.inc();
            log.warn("Frozen at epoch {}: {}", epoch, reason);
            players.tellAll(FROZEN); // where the database is, is for those who run this
        }
    }

    private void fence(String reason) {
        freeze(reason);
        ports.fenced().accept(reason);
    }
}
