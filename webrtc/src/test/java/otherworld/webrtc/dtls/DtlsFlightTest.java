package otherworld.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How handshakes use the network: what is lost together must be little. */
class DtlsFlightTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final DtlsContext context =
            new DtlsContext(DtlsIdentity.create(RANDOM, Instant.now()), RANDOM, 10_000);
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());

    @Test
    void eachFlightIsOneDatagram() throws Exception {
        handshake(0);

        // RFC 6347, figure 1, without a HelloVerifyRequest.
        assertThat(sent).containsExactly("client", "server", "client", "server");
    }

    @Test
    void eachFlightIsSentAgainWhenItIsLost() throws Exception {
        for (int lost = 1; lost <= 4; lost++) {
            sent.clear();
            long startNs = System.nanoTime();
            handshake(lost);
            long ms = (System.nanoTime() - startNs) / 1_000_000;

            // The client's timer sends its flight again, which has the server repeat its own. On a
            // busy machine it does so more often, after 50 ms, 100 ms, 200 ms, …
            int resends = 64 - Long.numberOfLeadingZeros(ms / 50 + 1);
            assertThat(sent)
                    .as("datagram %d lost, %d ms", lost, ms)
                    .hasSizeBetween(5, 4 + 4 * resends);
        }
    }

    /** Who forges the client's address gets no more than it sends, and later nothing at all. */
    @Test
    void theLastFlightIsRepeatedOnceForEachRepeatUntilTheClientSendsData() throws Exception {
        var client = new Side("client", 0);
        var server = new Side("server", 0);
        server.start(DtlsHandshake.Role.SERVER, client);
        client.start(DtlsHandshake.Role.CLIENT, server);
        server.takesOver();
        client.takesOver();
        byte[] clientsLast = client.lastSent;
        byte[] serversLast = server.lastSent;
        sent.clear();

        for (int repeat = 1; repeat <= 3; repeat++) {
            server.receive(clientsLast, 0, clientsLast.length);
            assertThat(sent).hasSize(repeat).containsOnly("server");
            assertThat(server.lastSent).isEqualTo(serversLast);
        }
        client.sends(new byte[] {1, 2, 3});
        assertThat(server.data).hasSize(1);
        sent.clear();
        server.receive(clientsLast, 0, clientsLast.length);
        assertThat(sent).isEmpty();

        byte[] record = client.lastSent;
        server.receive(record, 0, record.length);
        assertThat(server.data).as("the same record again").hasSize(1);
        record[10]++; // the number of the one that follows
        server.receive(record, 0, record.length);
        client.sends(new byte[] {4});
        assertThat(server.data).as("a forged one shuts out no true one").hasSize(2);
    }

    /**
     * @param lost which datagram does not arrive, counted from 1
     */
    private void handshake(int lost) throws Exception {
        var client = new Side("client", lost);
        var server = new Side("server", lost);
        server.start(DtlsHandshake.Role.SERVER, client);
        client.start(DtlsHandshake.Role.CLIENT, server);
        server.takesOver(); // so that the client's last flight, come again, is answered
        assertThat(client.ended.get(10, TimeUnit.SECONDS))
                .isInstanceOf(DtlsHandshake.Outcome.Done.class);
    }

    private final class Side {
        private final String name;
        private final int lost;
        private final CompletableFuture<DtlsHandshake> started = new CompletableFuture<>();
        private final CompletableFuture<DtlsHandshake.Outcome> ended = new CompletableFuture<>();
        private final List<byte[]> data = new ArrayList<>();
        private volatile @Nullable DtlsRecords records;
        private volatile byte[] lastSent = new byte[0];

        Side(String name, int lost) {
            this.name = name;
            this.lost = lost;
        }

        void start(DtlsHandshake.Role role, Side other) {
            started.complete(
                    DtlsHandshake.start(
                            context,
                            role,
                            context.identity().fingerprint(),
                            (datagram, offset, length) -> {
                                sent.add(name);
                                lastSent = Arrays.copyOfRange(datagram, offset, offset + length);
                                if (sent.size() != lost) {
                                    other.receive(datagram, offset, length);
                                }
                            },
                            ended::complete));
        }

        /** As the owner thread does. */
        void takesOver() throws Exception {
            assertThat(ended.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            DtlsHandshake.Outcome.Done.class,
                            done -> {
                                done.records().begin(new byte[2_048], (_, _, _) -> {});
                                records = done.records();
                            });
        }

        void sends(byte[] packet) {
            Objects.requireNonNull(records).send(packet, 0, packet.length);
        }

        void receive(byte[] datagram, int offset, int length) {
            DtlsRecords encrypted = records;
            if (encrypted == null) {
                started.join().receive(datagram, offset, length);
            } else {
                encrypted.receive(
                        datagram,
                        offset,
                        length,
                        new byte[2_048],
                        (buffer, at, bytes) ->
                                data.add(Arrays.copyOfRange(buffer, at, at + bytes)));
            }
        }
    }
}
