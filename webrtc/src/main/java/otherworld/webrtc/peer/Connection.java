package otherworld.webrtc.peer;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.peer.CloseReason.Phase;
import otherworld.webrtc.sctp.SendOutcome;
import otherworld.webrtc.udp.TimerHeap;

/**
 * One peer as its owner thread keeps it: the stack, its timer, and messages that other threads have
 * handed over. What is for any thread says so.
 */
public abstract class Connection extends TimerHeap.Entry {
    private final ArrayDeque<Outgoing> backlog = new ArrayDeque<>(0);
    private @Nullable PeerStack stack;
    private boolean dirty;

    /**
     * Bytes on their way: the cost of messages in the outbox and the backlog, and what the
     * association held at the last look. One number, so that a message which passes from the one to
     * the other is never counted twice and never missed. Any thread.
     */
    private final AtomicInteger buffered = new AtomicInteger();

    /** The association's part of {@link #buffered}. Owner thread. */
    private int inAssociation;

    private volatile boolean closed;

    /** Before any other thread knows of this connection. */
    protected final void stack(PeerStack made) {
        this.stack = made;
    }

    public final PeerStack stack() {
        return Objects.requireNonNull(stack);
    }

    public final Phase phase() {
        return stack().phase();
    }

    /** When the connection is given up, as it stands now; {@code Long.MAX_VALUE} for never. */
    protected abstract long deadlineNs();

    /** Why it is given up when {@link #deadlineNs} is reached. */
    protected abstract CloseReason giveUp();

    /** ICE's timers that are due. */
    protected void advanceIce(long nowNs) {}

    /** When {@link #advanceIce} has work again; {@code Long.MAX_VALUE} for never. */
    protected long nextIceTimerNs() {
        return Long.MAX_VALUE;
    }

    /** Any thread. */
    public final boolean isClosed() {
        return closed;
    }

    /** Messages that still wait are lost. */
    public final void markClosed() {
        closed = true;
        backlog.clear();
    }

    /** Whether it was clean before. */
    final boolean markDirty() {
        boolean was = dirty;
        dirty = true;
        return !was;
    }

    final void markClean() {
        dirty = false;
    }

    /** Any thread. Bytes on their way, 64 counted for each message besides its own. */
    public final int bufferedBytes() {
        return buffered.get();
    }

    /** Any thread. Books a message unless the limit would be passed. */
    final boolean reserve(int cost, int limit) {
        while (true) {
            int now = buffered.get();
            if ((long) now + cost > limit) {
                return false;
            }
            if (buffered.compareAndSet(now, now + cost)) {
                return true;
            }
        }
    }

    /** Any thread. Takes back what {@link #reserve} has booked. */
    final void release(int cost) {
        buffered.addAndGet(-cost);
    }

    /**
     * Hands a message to the association behind those that wait; while it has no room, the message
     * waits here.
     *
     * @return messages lost because their channel is closed or they are too long
     */
    final int offer(Outgoing message, long nowNs) {
        int lost = drainBacklog(nowNs);
        if (backlog.isEmpty()) {
            SendOutcome outcome = send(message, nowNs);
            if (outcome != SendOutcome.FULL) {
                return lost + gone(message, outcome);
            }
        }
        backlog.add(message);
        return lost;
    }

    /** Tries those that wait again; returns messages lost as {@link #offer} does. */
    final int drainBacklog(long nowNs) {
        int lost = 0;
        while (!backlog.isEmpty()) {
            Outgoing message = backlog.getFirst();
            SendOutcome outcome = send(message, nowNs);
            if (outcome == SendOutcome.FULL) {
                break;
            }
            backlog.removeFirst();
            lost += gone(message, outcome);
        }
        return lost;
    }

    /** A message that waits here no more. */
    private int gone(Outgoing message, SendOutcome outcome) {
        book(message.cost());
        return outcome == SendOutcome.QUEUED ? 0 : 1;
    }

    private SendOutcome send(Outgoing message, long nowNs) {
        byte[] bytes = message.message();
        return stack().send(message.channel(), message.kind(), bytes, 0, bytes.length, nowNs);
    }

    /** After a flush. */
    final void publishBuffered() {
        book(0);
    }

    /** Books what the association holds now, and that so much waits here no more, in one step. */
    private void book(int goneCost) {
        int held = stack().bufferedBytes();
        int change = held - inAssociation - goneCost;
        inAssociation = held;
        if (change != 0) {
            buffered.addAndGet(change);
        }
    }
}
