package otherworld.instance.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.SimulatedInstance;
import otherworld.instance.loop.SimulationLoop;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.ledger.InstanceLedger;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Ping;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.tickets.KeySource;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.StaticKeySource;
import otherworld.tickets.Ticket;
import otherworld.tickets.TicketSigner;
import otherworld.tickets.TicketVerifier;
import otherworld.tracing.Tracing;

/** A client's session at its limits, and one beyond. */
class SessionLimitsTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String ISSUER = "test";

    private final SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
    private final TicketSigner signer = new TicketSigner(keys, ISSUER);
    private final InstanceMetrics metrics = new InstanceMetrics(new PrometheusRegistry());
    private final SimulatedInstance world = new SimulatedInstance();
    private final SimulationLoop loop =
            new SimulationLoop(world.simulation, world.config, world.ports);
    private final CountDownLatch go = new CountDownLatch(1);

    private static final class Client implements ClientLink {
        final List<byte[]> heard = new CopyOnWriteArrayList<>();
        final List<String> goodbyes = new CopyOnWriteArrayList<>();

        @Override
        public void send(byte[] message) {
            heard.add(message);
        }

        @Override
        public void sendUnreliable(byte[] message) {
            heard.add(message);
        }

        @Override
        public boolean isReliable() {
            return true;
        }

        @Override
        public boolean isBehind() {
            return false;
        }

        @Override
        public void flush() {}

        @Override
        public void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
            goodbyes.add(reason + ": " + detail);
        }

        @Override
        public String remote() {
            return "test";
        }

        @Override
        public boolean isEnding() {
            return !goodbyes.isEmpty();
        }
    }

    @BeforeEach
    void start() {
        loop.start();
    }

    @AfterEach
    void stop() {
        go.countDown();
        loop.close();
    }

    @Test
    void aMessageOfTheGreatestLengthIsReadAndOneByteMoreIsMalformed() {
        Client client = new Client();
        SessionReader session = session(client, admission(found()));
        byte[] hello =
                Messages.encode(
                        new Hello(
                                Protocol.VERSION,
                                Protocol.OLDEST,
                                0,
                                "t".repeat(Protocol.MAX_TOKEN_BYTES),
                                "c".repeat(Protocol.MAX_CLIENT_NAME_BYTES)));
        // Behind its fields there may be what a later version says.
        byte[] longest = Arrays.copyOf(hello, Messages.MAX_CLIENT_BYTES);
        assertThat(session.accepts(longest.length)).isTrue();
        session.handle(longest, 0, longest.length);
        assertThat(client.goodbyes).hasSize(1).first().asString().startsWith("TICKET_FORGED");

        Client other = new Client();
        assertThat(session(other, admission(found())).accepts(longest.length + 1)).isFalse();
        assertThat(other.goodbyes)
                .containsExactly(
                        "MALFORMED: message longer than %d bytes".formatted(longest.length));
    }

    @Test
    void messagesBeyondTheirRateEndTheConnection() {
        Client client = new Client();
        SessionReader session = session(client, admission(found()));
        long startedNs = System.nanoTime();
        int accepted = 0;
        while (session.accepts(1)) {
            accepted++;
        }
        double seconds = (System.nanoTime() - startedNs) / 1e9;
        assertThat(accepted)
                .isBetween(
                        Limits.MESSAGES_BURST,
                        Limits.MESSAGES_BURST
                                + (int) Math.ceil(seconds * Limits.MESSAGES_PER_SECOND));
        assertThat(client.goodbyes)
                .containsExactly("RATE_LIMITED: more than 120 messages a second");
    }

    @Test
    void asManyAsMayArriveAtATimeAreCheckedAndOneMoreIsToldToTryAgain() {
        AtomicInteger looking = new AtomicInteger();
        Admission admission =
                admission(
                        found(),
                        () -> {
                            looking.incrementAndGet();
                            awaitQuietly(go);
                            return Optional.empty();
                        });
        List<Client> arriving = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Limits.MAX_ADMISSIONS; i++) {
            Client client = new Client();
            arriving.add(client);
            threads.add(Thread.ofVirtual().start(() -> admission.admit(client, hello())));
        }
        Awaitility.await().atMost(SOON).until(() -> looking.get() == Limits.MAX_ADMISSIONS);
        Client oneMore = new Client();
        assertThat(admission.admit(oneMore, hello())).isEmpty();
        assertThat(oneMore.goodbyes)
                .containsExactly("NOT_READY: too many players arrive at a time");
        go.countDown();
        Awaitility.await().atMost(SOON).until(() -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(arriving)
                .allMatch(client ->
                        client.goodbyes.equals(List.of("NOT_READY: this pod does not host yet")));
        Client later = new Client();
        assertThat(admission.admit(later, hello())).isEmpty();
        assertThat(later.goodbyes).containsExactly("NOT_READY: this pod does not host yet");
    }

    /** A made-up key is looked for until the keys were read again: a stranger may have many. */
    @Test
    void forgedTokensThatWaitForKeysKeepNobodyOut() {
        AtomicInteger waiting = new AtomicInteger();
        KeySource known = found();
        Admission admission =
                admission(kid -> {
                    KeySource.Lookup lookup = known.find(kid);
                    if (lookup instanceof KeySource.Lookup.Unknown) {
                        waiting.incrementAndGet();
                        awaitQuietly(go);
                    }
                    return lookup;
                });
        TicketSigner stranger = new TicketSigner(SigningKeys.parse(SigningKeys.generate()), ISSUER);
        List<Client> strangers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2 * Limits.MAX_ADMISSIONS; i++) {
            Client client = new Client();
            strangers.add(client);
            Hello forged = hello(stranger);
            threads.add(Thread.ofVirtual().start(() -> admission.admit(client, forged)));
        }
        Awaitility.await().atMost(SOON).until(() -> waiting.get() == strangers.size());
        Client genuine = new Client();
        assertThat(admission.admit(genuine, hello())).isPresent();
        go.countDown();
        Awaitility.await().atMost(SOON).until(() -> threads.stream().noneMatch(Thread::isAlive));
        assertThat(strangers)
                .allMatch(client ->
                        client.goodbyes.equals(List.of("TICKET_FORGED: signed by an unknown key")));
    }

    @Test
    void aFullInboxSlowsItsReaderThenEndsTheConnectionAndLosesWhatMayBeLost() throws Exception {
        Client client = new Client();
        SessionReader session = session(client, admission(found()));
        say(session, hello());
        assertThat(client.heard).hasSize(1); // Welcome
        Admission admission = admission(found());
        var filler = admission.admit(new Client(), hello()).orElseThrow();
        CompletableFuture<Boolean> busy = loop.ask(_ -> awaitQuietly(go));
        Awaitility.await().atMost(SOON).until(() -> loop.sinceLastTurnNs() >= 0);
        int filled = 0;
        Client nobody = new Client();
        while (loop.offer(filler.player(), nobody, new Ping(0, 0))) {
            filled++;
        }
        assertThat(filled).isGreaterThanOrEqualTo(Limits.INBOX_MESSAGES);
        byte[] move = Messages.encode(new MoveIntent(1, Pose.ORIGIN, List.of()));
        session.handleUnreliable(move, 0, move.length);
        assertThat(client.goodbyes).isEmpty();
        byte[] ping = Messages.encode(new Ping(1, 1));
        assertThat(session.tryHandle(ping, 0, ping.length)).isFalse();
        long startedNs = System.nanoTime();
        session.handle(ping, 0, ping.length);
        assertThat(Duration.ofNanos(System.nanoTime() - startedNs))
                .isGreaterThanOrEqualTo(Duration.ofMillis(Limits.INBOX_PATIENCE_MS));
        assertThat(client.goodbyes).containsExactly("INTERNAL: the instance is overloaded");
        go.countDown();
        assertThat(busy).succeedsWithin(SOON);
        Awaitility.await().atMost(SOON).until(() -> session.tryHandle(ping, 0, ping.length));
    }

    private SessionReader session(Client client, Admission admission) {
        return new SessionReader(
                client,
                SessionOrigin.of(SessionOrigin.Transport.WEBSOCKET, ""),
                admission,
                metrics);
    }

    private Admission admission(KeySource from) {
        return admission(from, () -> Optional.of(loop));
    }

    private Admission admission(KeySource from, Supplier<Optional<SimulationLoop>> hosted) {
        InstanceLedger agreeing =
                (InstanceLedger)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {InstanceLedger.class},
                                (_, _, _) -> new InstanceLedger.Reply.Done());
        return new Admission(
                SimulatedInstance.PLAZA,
                new TicketVerifier(ISSUER, from, InstantSource.system()),
                agreeing,
                hosted,
                metrics,
                Tracing.OFF);
    }

    private KeySource found() {
        return new StaticKeySource(keys.publicJson());
    }

    private int seats;

    /** With a ticket for the next seat. */
    private Hello hello() {
        return hello(signer);
    }

    private Hello hello(TicketSigner signedBy) {
        int seat = seats++ % 100;
        Ticket ticket =
                Ticket.issue(
                        new PlayerId("p" + seat),
                        SimulatedInstance.PLAZA,
                        new Seat(seat, 1),
                        "request",
                        100,
                        Instant.now());
        return new Hello(Protocol.VERSION, Protocol.OLDEST, 0, signedBy.sign(ticket), "test");
    }

    private static void say(SessionReader session, ClientMessage message) {
        byte[] bytes = Messages.encode(message);
        session.handle(bytes, 0, bytes.length);
    }

    private static boolean awaitQuietly(CountDownLatch latch) {
        try {
            return latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
