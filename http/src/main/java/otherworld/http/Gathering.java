package otherworld.http;

import io.netty.channel.IoHandlerFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * Has a server's event loops read when one thread asks for it, who can do nothing with what was
 * sent before: a loop that is woken for each message spends more on being woken than on messages. A
 * loop of which little comes reads at once, as ever; one that found more than a few messages since
 * it was asked last rests until it is asked again, has something to write or run, or has rested for
 * {@link GatheringIoHandler#LONGEST_REST_NS}.
 */
public final class Gathering {
    private final List<GatheringIoHandler> loops = new CopyOnWriteArrayList<>();

    /** For the event loops that are to be asked. */
    IoHandlerFactory around(IoHandlerFactory factory) {
        return executor -> {
            GatheringIoHandler loop = new GatheringIoHandler(factory.newHandler(executor), loops);
            loops.add(loop);
            return loop;
        };
    }

    /**
     * Returns once all that had come has been read and handled by its connection, or after {@code
     * patienceNs} if a loop is too busy for that. A loop of which little comes is not waited for:
     * it reads at once, perhaps at this moment. One thread at a time.
     */
    public void gather(long patienceNs) {
        Thread asking = Thread.currentThread();
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).ask(asking);
        }
        long untilNs = System.nanoTime() + patienceNs;
        for (int i = 0; i < loops.size(); i++) {
            await(loops.get(i), untilNs);
        }
    }

    private void await(GatheringIoHandler loop, long untilNs) {
        while (loop.isAsked()) {
            long leftNs = untilNs - System.nanoTime();
            if (leftNs <= 0) {
                return; // it answers later, which wakes the one who asked once too often
            }
            LockSupport.parkNanos(this, leftNs);
        }
    }
}
