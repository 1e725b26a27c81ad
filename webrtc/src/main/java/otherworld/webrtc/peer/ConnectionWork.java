package otherworld.webrtc.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.webrtc.udp.TimerHeap;
import otherworld.webrtc.udp.UdpWork;

/**
 * What the owner thread does for connections, whichever side of ICE they are on: timers, what other
 * threads hand over, and the flush at the end of each cycle. {@link #command} and {@link #hand} are
 * for any thread.
 */
public abstract class ConnectionWork implements UdpWork {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionWork.class);

    protected final LongSupplier clockNs;
    private final TimerHeap timers = new TimerHeap();
    private List<Connection> dirty = new ArrayList<>();
    private List<Connection> flushing = new ArrayList<>();

    /** What must not be lost: bounded by what connections can ask for, not by a capacity. */
    private final ConcurrentLinkedQueue<LongConsumer> control = new ConcurrentLinkedQueue<>();

    /** Messages; full means that {@link #hand} refuses. */
    private final ArrayBlockingQueue<Outgoing> outbox;

    private final ArrayList<Outgoing> batch = new ArrayList<>();

    protected ConnectionWork(int outboxMessages, LongSupplier clockNs) {
        this.clockNs = clockNs;
        this.outbox = new ArrayBlockingQueue<>(outboxMessages);
    }

    /** A message has reached its association, or was lost. */
    protected abstract void delivered(int lost);

    /** An exception that should not have been: a bug. It is logged already. */
    protected abstract void bug();

    /** All connections, for the end. */
    protected abstract List<? extends Connection> all();

    // ---- From other threads

    /** Any thread. Runs on the owner thread, with the time; for what concerns no connection yet. */
    public final void command(LongConsumer command) {
        control.add(command);
    }

    /**
     * Any thread. The same for one connection, which is flushed afterwards and has its timer set
     * anew: whatever the command does to its stack may have changed when that is due.
     */
    public final void command(Connection connection, LongConsumer command) {
        command(nowNs -> perform(connection, command, nowNs));
    }

    /** Owner thread. Does at once what {@link #command(Connection, LongConsumer)} does in turn. */
    public final void perform(Connection connection, LongConsumer command, long nowNs) {
        guarded(connection, () -> command.accept(nowNs));
        touch(connection);
    }

    /**
     * Any thread. Hands a message over.
     *
     * @param limit of bytes on their way to this connection
     * @return false if the connection is closed, its limit is reached or the outbox is full
     */
    public final boolean hand(Outgoing message, int limit) {
        Connection connection = message.connection();
        int cost = message.cost();
        if (connection.isClosed() || !connection.reserve(cost, limit)) {
            return false;
        }
        if (!outbox.offer(message)) {
            connection.release(cost);
            return false;
        }
        return true;
    }

    @Override
    public final boolean hasCommands() {
        return !outbox.isEmpty() || !control.isEmpty();
    }

    @Override
    public final void commands(long nowNs) {
        // Taken before the messages and run after them: what was sent before a close goes out
        // first.
        var taken = new ArrayList<LongConsumer>(0);
        for (LongConsumer next = control.poll(); next != null; next = control.poll()) {
            taken.add(next);
        }
        outbox.drainTo(batch);
        for (Outgoing message : batch) {
            guarded(message.connection(), () -> deliver(message, nowNs));
        }
        batch.clear();
        for (LongConsumer command : taken) {
            try {
                command.accept(nowNs);
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    private void deliver(Outgoing message, long nowNs) {
        Connection connection = message.connection();
        if (connection.isClosed()) {
            delivered(1);
            return;
        }
        delivered(connection.offer(message, nowNs));
        touch(connection);
    }

    // ---- Timers

    @Override
    public final void timers(long nowNs) {
        for (TimerHeap.Entry due = timers.poll(nowNs); due != null; due = timers.poll(nowNs)) {
            Connection connection = (Connection) due;
            guarded(connection, () -> timer(connection, nowNs));
        }
    }

    private void timer(Connection connection, long nowNs) {
        if (nowNs >= connection.deadlineNs()) {
            connection.stack().abort(connection.giveUp(), nowNs);
            return;
        }
        connection.advanceIce(nowNs);
        connection.stack().advance(nowNs);
        touch(connection);
    }

    @Override
    public final long nextTimerNs() {
        return timers.nextNs();
    }

    // ---- Flush

    /** Has the connection flushed at the end of this cycle, and its timer set anew. */
    public final void touch(Connection connection) {
        if (connection.markDirty()) {
            dirty.add(connection);
        }
    }

    @Override
    public final void flush(long nowNs) {
        List<Connection> now = dirty;
        dirty = flushing;
        flushing = now;
        for (Connection connection : now) {
            connection.markClean();
            if (!connection.isClosed()) {
                guarded(connection, () -> flush(connection, nowNs));
            }
        }
        now.clear();
    }

    private void flush(Connection connection, long nowNs) {
        int lost = connection.drainBacklog(nowNs);
        if (lost > 0) {
            delivered(lost);
        }
        connection.stack().flush(nowNs);
        connection.publishBuffered();
        if (!connection.isClosed()) {
            long next = Math.min(connection.stack().nextTimerNs(), connection.nextIceTimerNs());
            timers.schedule(connection, Math.min(next, connection.deadlineNs()));
        }
    }

    // ---- Ends

    /** The connection's stack has ended. */
    protected final void forget(Connection connection) {
        connection.markClosed();
        timers.remove(connection);
    }

    /** What one peer does wrong, or a listener on behalf of it, ends that peer alone. */
    protected final void guarded(Connection connection, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            failed(e);
            try {
                connection
                        .stack()
                        .abort(new CloseReason.Internal(e.toString()), clockNs.getAsLong());
            } catch (RuntimeException again) {
                failed(again);
            }
        }
    }

    @Override
    public final void failed(RuntimeException bug) {
        LOG.error("bug in handling a peer", bug);
        bug();
    }

    @Override
    public final void closing(long nowNs) {
        commands(nowNs);
        flush(nowNs);
        for (Connection connection : all()) {
            guarded(
                    connection,
                    () -> connection.stack().abort(new CloseReason.ClosedHere(), nowNs));
        }
    }
}
