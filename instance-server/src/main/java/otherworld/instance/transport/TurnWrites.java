package otherworld.instance.transport;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import otherworld.instance.loop.TickTrace;

/**
 * The links of one event loop that a turn of the simulation has written to: the loop is woken once
 * for all of them. Woken for each, it would take the processor from the simulation between any two.
 */
final class TurnWrites {
    private static final FastThreadLocal<TurnWrites> OF_THIS_LOOP =
            new FastThreadLocal<>() {
                @Override
                protected TurnWrites initialValue() {
                    return new TurnWrites();
                }
            };

    private List<WebSocketLink> links = new ArrayList<>(); // simulation thread

    /** Those of the event loop that asks. */
    static TurnWrites ofThisLoop() {
        return OF_THIS_LOOP.get();
    }

    /** Simulation thread. */
    void add(WebSocketLink link) {
        links.add(link);
    }

    /** Has the loop write for all that were added. Simulation thread. */
    void handOver(EventExecutor loop) {
        if (links.isEmpty()) {
            return;
        }
        List<WebSocketLink> written = links;
        links = new ArrayList<>(written.size());
        try {
            loop.execute(() -> write(written));
        } catch (RejectedExecutionException e) {
            // the process ends, and its sockets have
        }
    }

    private static void write(List<WebSocketLink> links) {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).run();
            if (TickTrace.ON) {
                TickTrace.reached(TickTrace.Step.WRITTEN, System.nanoTime());
            }
        }
    }
}
