package otherworld.instance.transport;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.TokenBucket;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Leave;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Negotiation;
import otherworld.protocol.Protocol;

/**
 * What a client says, whatever carries it: held to length and rate, decoded, admitted by its Hello,
 * and passed on to the simulation. The transport calls {@link #accepts}, then {@link #handle} or
 * {@link #tryHandle}, for one message after the other in their order; which threads do so is its
 * own affair, as long as one hands over to the next.
 */
final class SessionReader {
    private final ClientLink link;
    private final SessionOrigin origin;
    private final Admission admission;
    private final InstanceMetrics metrics;
    private final TokenBucket rate =
            new TokenBucket(Limits.MESSAGES_PER_SECOND, Limits.MESSAGES_BURST, System.nanoTime());
    private volatile boolean helloSeen;
    private volatile Admission.@Nullable Admitted admitted;

    SessionReader(
            ClientLink link, SessionOrigin origin, Admission admission, InstanceMetrics metrics) {
        this.link = link;
        this.origin = origin;
        this.admission = admission;
        this.metrics = metrics;
    }

    /** Any thread. */
    boolean helloSeen() {
        return helloSeen;
    }

    /**
     * Whether a message of so many bytes, perhaps not yet whole, is short enough; says Goodbye
     * MALFORMED if not.
     */
    boolean fits(int bytes) {
        if (bytes <= Messages.MAX_CLIENT_BYTES) {
            return true;
        }
        metrics.hit(Limit.FRAME_BYTES);
        malformed("message longer than %d bytes".formatted(Messages.MAX_CLIENT_BYTES));
        return false;
    }

    /** Counts a message; false if it is one too many, and Goodbye RATE_LIMITED is said. */
    boolean rateAllows() {
        if (rate.take(System.nanoTime())) {
            return true;
        }
        metrics.hit(Limit.MESSAGE_RATE);
        link.goodbye(
                GoodbyeReason.RATE_LIMITED,
                1_000,
                "more than %d messages a second".formatted(Limits.MESSAGES_PER_SECOND));
        return false;
    }

    /** Whether a whole message is to be handled: not after Goodbye, not too long, not too many. */
    boolean accepts(int bytes) {
        if (link.isEnding() || !fits(bytes)) {
            return false;
        }
        metrics.messagesIn.inc();
        return rateAllows();
    }

    /**
     * Handles a message of the reliable channel. Waits for admission, and while the simulation's
     * inbox is full, at most {@link Limits#INBOX_PATIENCE_MS}.
     */
    void handle(byte[] buffer, int offset, int length) {
        Admission.Admitted seated = admitted;
        try {
            if (seated == null) {
                greeted(buffer, offset, length);
            } else {
                pass(seated, Messages.decodeClient(buffer, offset, length));
            }
        } catch (MalformedMessage e) {
            malformed(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Handles a message of the reliable channel if that needs no waiting. False: nothing was done,
     * {@link #handle} it where waiting is allowed.
     */
    boolean tryHandle(byte[] buffer, int offset, int length) {
        Admission.Admitted seated = admitted;
        if (seated == null) {
            return false;
        }
        try {
            ClientMessage message = Messages.decodeClient(buffer, offset, length);
            return seated.loop().offer(seated.player(), link, message);
        } catch (MalformedMessage e) {
            malformed(String.valueOf(e.getMessage()));
            return true;
        }
    }

    /**
     * Handles a message of the unreliable channel, which carries MoveIntent and Acknowledge alone,
     * and nothing before Welcome. Never waits: when the simulation's inbox is full the message is
     * lost, and counted as skipped.
     */
    void handleUnreliable(byte[] buffer, int offset, int length) {
        Admission.Admitted seated = admitted;
        if (seated == null) {
            return;
        }
        try {
            ClientMessage message = Messages.decodeClient(buffer, offset, length);
            if (!(message instanceof MoveIntent || message instanceof Acknowledge)) {
                malformed("the unreliable channel carries MoveIntent and Acknowledge alone");
            } else if (!seated.loop().offer(seated.player(), link, message)) {
                metrics.hit(Limit.INBOX);
            }
        } catch (MalformedMessage e) {
            malformed(String.valueOf(e.getMessage()));
        }
    }

    /** As if the client had said Leave. May wait while the inbox is full. */
    void leave() {
        Admission.Admitted seated = admitted;
        if (seated == null) {
            link.goodbye(GoodbyeReason.LEFT, 0, "");
        } else {
            pass(seated, new Leave());
        }
    }

    void malformed(String detail) {
        link.goodbye(GoodbyeReason.MALFORMED, 0, detail);
    }

    /**
     * The connection is gone, and nothing of it is being handled any more. Waits while the inbox is
     * full.
     */
    void ended() {
        Admission.Admitted seated = admitted;
        if (seated != null) {
            seated.loop().disconnected(seated.player(), link);
        }
    }

    private void greeted(byte[] buffer, int offset, int length) throws MalformedMessage {
        if (!(Messages.decodeClient(buffer, offset, length) instanceof Hello hello)) {
            malformed("the first message is Hello");
        } else if (Negotiation.version(hello) == Negotiation.NONE) {
            link.goodbye(
                    GoodbyeReason.VERSION_UNSUPPORTED,
                    0,
                    "this server speaks versions %d to %d"
                            .formatted(Protocol.OLDEST, Protocol.VERSION));
        } else {
            helloSeen = true;
            admission.admit(link, hello).ifPresent(this::admitted);
        }
    }

    private void admitted(Admission.Admitted player) {
        admitted = player;
        metrics.session(origin.transport().label(), origin.reason().label());
    }

    private void pass(Admission.Admitted seated, ClientMessage message) {
        long untilNs = System.nanoTime() + Limits.INBOX_PATIENCE_MS * 1_000_000L;
        while (!seated.loop().offer(seated.player(), link, message)) {
            if (System.nanoTime() > untilNs) {
                metrics.hit(Limit.INBOX);
                link.goodbye(GoodbyeReason.INTERNAL, 1_000, "the instance is overloaded");
                return;
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
