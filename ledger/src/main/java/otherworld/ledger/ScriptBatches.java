package otherworld.ledger;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.protocol.AsyncCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Commands of many threads on one connection, sent together: one that finds nothing under way goes
 * at once; those that come until its answer go out as the next batch, from the event loop, in one
 * write. Redis answers a connection's commands one after another anyway, so nobody waits longer,
 * and the threads wake the event loop, and it them, once a batch instead of once a command
 * (docs/decisions/0012-script-batches.md). Thread-safe.
 */
final class ScriptBatches<V> {
    /** So that one process's burst does not hold up the others for long: some 10 ms of scripts. */
    static final int MOST = 64;

    private final StatefulConnection<V, V> connection;
    private final Queue<AsyncCommand<V, V, ?>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean underWay = new AtomicBoolean();

    ScriptBatches(StatefulConnection<V, V> connection) {
        this.connection = connection;
    }

    /**
     * Sends it now or with the next batch. The answer completes it, on the event loop; whoever
     * gives up waiting must cancel it, since the next batch waits for every command of this one.
     */
    void send(AsyncCommand<V, V, ?> command) {
        if (!connection.isOpen()) {
            dispatch(List.of(command)); // which refuses it at once
            return;
        }
        waiting.add(command);
        drain();
    }

    private void drain() {
        while (!waiting.isEmpty() && underWay.compareAndSet(false, true)) {
            List<AsyncCommand<V, V, ?>> batch = next();
            // One for the dispatch itself, so that no command's end can begin the next batch inside
            // of it: refused commands end there, and would nest as deep as the queue is long.
            AtomicInteger open = new AtomicInteger(1 + batch.size());
            for (AsyncCommand<V, V, ?> command : batch) {
                command.onComplete((_, _) -> {
                    if (open.decrementAndGet() == 0) {
                        underWay.set(false);
                        drain();
                    }
                });
            }
            dispatch(batch);
            if (open.decrementAndGet() > 0) {
                return;
            }
            underWay.set(false);
        }
    }

    /** Those who wait, up to the limit, without those who gave up. */
    private List<AsyncCommand<V, V, ?>> next() {
        List<AsyncCommand<V, V, ?>> batch = new ArrayList<>();
        while (batch.size() < MOST) {
            AsyncCommand<V, V, ?> command = waiting.poll();
            if (command == null) {
                break;
            }
            if (!command.isDone()) {
                batch.add(command);
            }
        }
        return batch;
    }

    /** Ends them all if it fails: one left open would hold up the connection for good. */
    private void dispatch(List<AsyncCommand<V, V, ?>> batch) {
        try {
            connection.dispatch(batch);
        } catch (RuntimeException e) {
            batch.forEach(command -> command.completeExceptionally(e));
        }
    }
}
