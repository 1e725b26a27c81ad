package otherworld.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.Fuzz;

/**
 * Two ends of DTLS in memory and one between them who adds damaged copies of what he sees. He may
 * end a handshake, yet each handshake ends; once encrypted, nothing of his is delivered, and
 * nothing ends the connection or keeps a true record from arriving. A seed replays the faults, not
 * the interleaving of the handshakes' threads.
 */
class DtlsFuzzTest {
    private static final SecureRandom SECURE = new SecureRandom();
    private final DtlsIdentity identity = DtlsIdentity.create(SECURE, Instant.now());
    private final DtlsContext context = new DtlsContext(identity, SECURE, 1_500);
    private static final int PAIRS = 32;
    private static final int RECORDS = 200;

    private int encrypted;
    private int failed;

    @Test
    void damagedRecordsNeitherArriveNorEndAnything() throws Exception {
        Fuzz.run("dtls", 12, random -> new Attack(random).run());
        System.out.println(
                "  " + encrypted + " connections made, " + failed + " handshakes failed");
        assertThat(encrypted).isPositive();
        assertThat(failed).isPositive();
    }

    /** One side of a connection. */
    private static final class End {
        Optional<DtlsHandshake> handshake = Optional.empty();
        Optional<DtlsRecords> records = Optional.empty();
        boolean ended;
        final Set<ByteBuffer> sent = new HashSet<>();
        final Set<ByteBuffer> arrived = new HashSet<>();
    }

    /** Some connections at once; the test's thread is their owner. */
    private final class Attack {
        private final Random random;
        private final LinkedBlockingQueue<Runnable> owner = new LinkedBlockingQueue<>();
        private final List<byte[]> corpus = new ArrayList<>();
        private final byte[] scratch = new byte[2_048];
        private boolean talking;
        private long inputs;

        Attack(Random random) {
            this.random = random;
            corpus.add(new byte[] {22, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        }

        long run() throws InterruptedException {
            var ends = new ArrayList<End>();
            for (int i = 0; i < PAIRS; i++) {
                var client = new End();
                var server = new End();
                ends.add(client);
                ends.add(server);
                start(server, client, DtlsHandshake.Role.SERVER);
                start(client, server, DtlsHandshake.Role.CLIENT);
            }
            while (!ends.stream().allMatch(end -> end.ended)) {
                Runnable task = owner.poll(20, TimeUnit.SECONDS);
                assertThat(task).as("a handshake has not ended").isNotNull();
                task.run();
            }
            for (Runnable task = owner.poll(); task != null; task = owner.poll()) {
                task.run();
            }
            talking = true;
            for (int i = 0; i < ends.size(); i += 2) {
                talk(ends.get(i), ends.get(i + 1));
            }
            return inputs;
        }

        private void start(End own, End other, DtlsHandshake.Role role) {
            own.handshake =
                    Optional.of(
                            DtlsHandshake.start(
                                    context,
                                    role,
                                    identity.fingerprint(),
                                    (datagram, offset, length) -> {
                                        byte[] copy =
                                                Arrays.copyOfRange(
                                                        datagram, offset, offset + length);
                                        owner.add(() -> carry(other, copy));
                                    },
                                    outcome -> owner.add(() -> ended(own, outcome))));
        }

        private void ended(End end, DtlsHandshake.Outcome outcome) {
            end.ended = true;
            end.handshake = Optional.empty();
            switch (outcome) {
                case DtlsHandshake.Outcome.Failed(String why) -> {
                    assertThat(why).isNotBlank();
                    failed++;
                }
                case DtlsHandshake.Outcome.Done(DtlsRecords records) -> {
                    encrypted++;
                    end.records = Optional.of(records);
                    received(end, records.begin(scratch, sink(end)));
                }
            }
        }

        private DtlsRecords.Plaintext sink(End end) {
            return (buffer, offset, length) -> {
                var text = ByteBuffer.wrap(Arrays.copyOfRange(buffer, offset, offset + length));
                assertThat(end.arrived.add(text)).as("delivered twice").isTrue();
            };
        }

        /** What one end has sent: to the other, at times behind damaged copies. */
        private void carry(End to, byte[] datagram) {
            remember(datagram);
            // Most handshakes are to succeed.
            if (to.records.isPresent() || random.nextInt(8) == 0) {
                for (int n = random.nextInt(3); n > 0; n--) {
                    deliver(to, Fuzz.mutate(datagram, corpus, random));
                }
            }
            deliver(to, datagram);
        }

        private void remember(byte[] datagram) {
            if (corpus.size() < 200) {
                corpus.add(datagram);
            } else {
                corpus.set(random.nextInt(corpus.size()), datagram);
            }
        }

        private void deliver(End to, byte[] datagram) {
            inputs++;
            to.handshake.ifPresent(running -> running.receive(datagram, 0, datagram.length));
            to.records.ifPresent(records -> {
                byte[] exact = datagram.clone(); // whoever reads past its end, throws
                received(to, records.receive(exact, 0, exact.length, scratch, sink(to)));
            });
        }

        private void received(End end, DtlsRecords.Received received) {
            switch (received) {
                case NOTHING, DATA -> {}
                case CLOSED, FAILED -> {
                    // The other end's handshake may still fail, and then it says so.
                    assertThat(talking).as("ended by %s", received).isFalse();
                    end.records = Optional.empty();
                }
            }
        }

        private void talk(End client, End server) {
            if (client.records.isEmpty() || server.records.isEmpty()) {
                return;
            }
            for (int version = 0xFEF0; version <= 0xFEFF; version++) {
                for (int bytes : new int[] {0, 1, 8, 23, 24, 25, 100}) {
                    deliver(client, forged(version, bytes));
                    deliver(server, forged(version, bytes));
                }
            }
            for (int i = 0; i < RECORDS; i++) {
                End from = random.nextBoolean() ? client : server;
                End to = from.equals(client) ? server : client;
                byte[] text = new byte[8 + random.nextInt(1_100)];
                ByteBuffer.wrap(text).putLong(i);
                to.sent.add(ByteBuffer.wrap(text));
                from.records.orElseThrow().send(text, 0, text.length);
                for (Runnable task = owner.poll(); task != null; task = owner.poll()) {
                    task.run();
                }
                assertThat(to.arrived).as("record " + i).isEqualTo(to.sent);
            }
            client.records.orElseThrow().close();
            Runnable last = owner.poll();
            assertThat(last).as("close_notify").isNotNull();
        }

        /** Data as if encrypted: Bouncy Castle ends a connection for some of these. */
        private byte[] forged(int version, int bytes) {
            var record = ByteBuffer.allocate(13 + bytes);
            record.put((byte) 23).putShort((short) version).putShort((short) 1);
            record.putShort((short) 0).putInt(500).putShort((short) bytes);
            return record.array();
        }
    }
}
