package otherworld.persistence;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import otherworld.base.PlayerId;

/**
 * A host as a process of its own, to be killed or paused: takes the lease, commits edits without
 * end, and writes what it believes to stdout, a line each: {@code HELD EPOCH}, {@code DURABLE N}
 * (its Nth edit), {@code AT NANOS} (it was Held at this reading of the machine's monotonic clock),
 * {@code FROZEN}, {@code END STATE}. Arguments: URL, user, password, pod UID.
 */
final class HolderMain {
    private static final PlayerId PLAYER = new PlayerId("child");

    private HolderMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (SqlInstanceStore store = SqlInstanceStore.connect(args[0], args[1], args[2]);
                Ownership lease = store.contend(TestDatabase.PLAZA, args[3])) {
            if (!(lease.awaitHeld(Duration.ofSeconds(30))
                    instanceof Ownership.State.Held(long epoch))) {
                say("END not held");
                return;
            }
            say("HELD " + epoch);
            try (PatchWriter writer =
                    store.writer(
                            TestDatabase.PLAZA, epoch, store.load(TestDatabase.PLAZA, epoch))) {
                host(lease, writer);
            }
        }
    }

    private static void host(Ownership lease, PatchWriter writer) throws InterruptedException {
        long next = 1;
        while (true) {
            // Read before the state: if it is Held, it was so at this reading or later.
            long nowNs = System.nanoTime();
            switch (lease.state()) {
                case Ownership.State.Held _ -> say("AT " + nowNs);
                case Ownership.State.Frozen _ -> say("FROZEN");
                case Ownership.State.Failed(String reason) ->
                        throw new IllegalStateException(reason);
                case Ownership.State.Lost lost -> {
                    say("END " + lost + " " + writer.health());
                    return;
                }
                case Ownership.State.Waiting _ -> throw new IllegalStateException("was held");
            }
            if (writer.hasRoom(1)) {
                writer.offer(edit(next++));
            }
            for (Edit edit : writer.pollDurable()) {
                say("DURABLE " + edit.clientSequence());
            }
            Thread.sleep(1);
        }
    }

    static Edit edit(long number) {
        byte[] body = Long.toString(number).getBytes(StandardCharsets.US_ASCII);
        return new Edit(PLAYER, number, List.of(new EntityPatch(number, false, body)), new byte[0]);
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
