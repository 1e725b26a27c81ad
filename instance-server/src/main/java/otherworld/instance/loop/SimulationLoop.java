package otherworld.instance.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.session.Link;
import otherworld.instance.trace.EditTrace;
import otherworld.instance.trace.EditTraces;
import otherworld.persistence.Ownership;
import otherworld.protocol.ClientMessage;

/**
 * The simulation's thread and its duty cycle: short turns that handle what came in (at most every
 * {@link Limits#TURN_MS}), and ticks at a fixed rate. A turn begins by asking for what clients have
 * sent ({@link Inputs}), which is thus read as late as it can be and all at once. Other threads
 * meet it at two bounded queues: the inbox of what clients say, whose full policy is that their
 * readers wait, and the requests of admission and ownership, whose callers wait.
 */
public final class SimulationLoop implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SimulationLoop.class);
    private static final int MAX_TICKS_BEHIND = 3;
    private static final int BATCH = 64;

    private final Simulation simulation;
    private final SimulationClock clock;
    private final Inputs inputs;
    private final InstanceMetrics metrics;
    private final Ownership lease;
    private final EditTraces traces;
    private final InstanceId instance;
    private final long tickNs;
    private final long turnNs;
    private final BlockingQueue<Input> inbox = new ArrayBlockingQueue<>(Limits.INBOX_MESSAGES);
    private final BlockingQueue<Request<?>> requests =
            new ArrayBlockingQueue<>(Limits.CONTROL_MESSAGES);
    private final List<Input> batch = new ArrayList<>(BATCH);
    private final Thread thread;
    private volatile boolean running = true;
    private volatile long lastTurnNs;
    private long nextTickNs;

    /** What a connection has for the simulation, in the order it happened. */
    private sealed interface Input {
        record Received(Player player, Link link, ClientMessage message) implements Input {}

        /** An edit that is recorded. */
        record Followed(Player player, Link link, ClientMessage message, EditTrace trace)
                implements Input {}

        record Disconnected(Player player, Link link) implements Input {}
    }

    /** A question of another thread. */
    private record Request<T>(Function<Simulation, T> question, CompletableFuture<T> answer) {
        void answerWith(Simulation simulation) {
            try {
                answer.complete(question.apply(simulation));
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }

        void cancel() {
            answer.completeExceptionally(new CancellationException("the simulation has stopped"));
        }
    }

    public SimulationLoop(Simulation simulation, SimulationConfig config, Ports ports) {
        this.simulation = simulation;
        this.clock = ports.clock();
        this.inputs = ports.inputs();
        this.metrics = ports.metrics();
        this.lease = ports.lease();
        this.traces = ports.traces();
        this.instance = config.instance();
        this.tickNs = config.tickNs();
        // A whole number of turns per tick, so that ticks are not late for a turn.
        long turns = Math.ceilDiv(tickNs, Limits.TURN_MS * 1_000_000L);
        this.turnNs = tickNs / turns;
        this.lastTurnNs = clock.nanoTime();
        this.thread = Thread.ofPlatform().name("simulation").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public Status status() {
        return simulation.status();
    }

    /** How long ago the loop last turned. Any thread. */
    public long sinceLastTurnNs() {
        return clock.nanoTime() - lastTurnNs;
    }

    /** Messages of clients that wait. Any thread. */
    public int waiting() {
        return inbox.size();
    }

    /** A message of a client. False if the inbox is full: try again a little later. Any thread. */
    public boolean offer(Player player, Link link, ClientMessage message) {
        EditTrace trace = traces.received(message, instance);
        return inbox.offer(
                trace == null
                        ? new Input.Received(player, link, message)
                        : new Input.Followed(player, link, message, trace));
    }

    /** The connection is gone; waits while the inbox is full. Any thread but the simulation's. */
    public void disconnected(Player player, Link link) {
        Input gone = new Input.Disconnected(player, link);
        while (running && !inbox.offer(gone)) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * Asks something of the simulation on its thread; completes within a turn, or exceptionally
     * once the loop has stopped. Waits while the queue of requests is full. Any thread but the
     * simulation's.
     */
    public <T> CompletableFuture<T> ask(Function<Simulation, T> question) {
        Request<T> request = new Request<>(question, new CompletableFuture<>());
        while (running && !requests.offer(request)) {
            LockSupport.parkNanos(1_000_000);
        }
        if (!running) {
            request.cancel();
        }
        return request.answer();
    }

    /**
     * Waits until the lease is short, as {@link Simulation#check} has asked for, so that somebody
     * may be admitted; false if it is not within {@code patience}. Any thread but the simulation's.
     */
    public boolean awaitTight(Duration patience) {
        try {
            return lease.awaitTight(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Stops after the turn that runs; nothing is said to clients. Whoever asked something and has
     * no answer yet gets none: the simulation's thread alone touches the simulation.
     */
    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join(2_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (Request<?> request = requests.poll(); request != null; request = requests.poll()) {
            request.cancel();
        }
    }

    private void run() {
        nextTickNs = clock.nanoTime();
        while (running) {
            try {
                cycle();
            } catch (RuntimeException e) {
                // A bug in one turn must not stop everyone's world.
                log.error("A bug: the simulation failed in a turn and goes on", e);
            }
            park();
        }
    }

    private void cycle() {
        if (TickTrace.ON) {
            TickTrace.began(clock.nanoTime() >= nextTickNs ? nextTickNs : 0);
            trace(TickTrace.Step.AWAKE);
        }
        if (simulation.connections() > 0) {
            inputs.gather();
        }
        trace(TickTrace.Step.READ);
        long nowNs = clock.nanoTime();
        boolean ticks = nowNs >= nextTickNs;
        long workNs = ticks ? clock.workNs() : 0;
        lastTurnNs = nowNs;
        simulation.watchLease();
        drainRequests();
        drainInbox(nowNs);
        trace(TickTrace.Step.DONE);
        simulation.turn();
        if (ticks) {
            simulation.tick();
            trace(TickTrace.Step.MADE);
            long doneNs = clock.nanoTime();
            metrics.tickSeconds.observe((doneNs - nowNs) / 1e9);
            if (doneNs - nextTickNs > tickNs) {
                metrics.ticksLate.inc(); // the next one is due already
            }
            // Telling less helps against work of its own, not where others have the processor.
            simulation.tickTook((float) (clock.workNs() - workNs) / tickNs);
            nextTickNs += tickNs;
            skipMissedTicks();
            if (TickTrace.ON) {
                TickTrace.tell(nowNs);
            }
        }
    }

    private void trace(TickTrace.Step step) {
        if (TickTrace.ON) {
            TickTrace.reached(step, clock.nanoTime());
        }
    }

    private void drainRequests() {
        for (Request<?> request = requests.poll(); request != null; request = requests.poll()) {
            simulation.watchLease(); // nobody is admitted on the strength of an older look
            request.answerWith(simulation);
        }
    }

    private void drainInbox(long startedNs) {
        long untilNs = startedNs + Limits.TURN_MS * 1_000_000L;
        while (inbox.drainTo(batch, BATCH) > 0) {
            for (int i = 0; i < batch.size(); i++) {
                handle(batch.get(i));
            }
            batch.clear();
            if (clock.nanoTime() > untilNs) {
                return; // the tick gets its turn
            }
        }
    }

    private void handle(Input input) {
        try {
            switch (input) {
                case Input.Received(Player player, Link link, ClientMessage message) ->
                        simulation.receive(player, link, message);
                case Input.Followed(
                                Player player,
                                Link link,
                                ClientMessage message,
                                EditTrace trace) ->
                        simulation.receive(player, link, message, trace);
                case Input.Disconnected(Player player, Link link) ->
                        simulation.disconnected(player, link);
            }
        } catch (RuntimeException e) {
            log.error("A bug: {} could not be handled, and counts for nothing", input, e);
        }
    }

    /** After a long pause the world goes on from now, instead of running faster to catch up. */
    private void skipMissedTicks() {
        long behind = (clock.nanoTime() - nextTickNs) / tickNs;
        if (behind > MAX_TICKS_BEHIND) {
            nextTickNs += behind * tickNs;
            metrics.ticksSkipped.inc(behind);
        }
    }

    private void park() {
        long nowNs = clock.nanoTime();
        // Nobody connected: a tick is often enough to notice requests and the lease.
        long nextTurnNs = simulation.connections() == 0 ? nextTickNs : lastTurnNs + turnNs;
        long waitNs = Math.min(nextTurnNs, nextTickNs) - nowNs;
        if (waitNs > 0) {
            LockSupport.parkNanos(waitNs);
        }
    }
}
