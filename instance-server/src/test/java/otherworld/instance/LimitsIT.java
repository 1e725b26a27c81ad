package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.instance.config.Limits;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Messages;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;
import otherworld.protocol.Protocol;

/** Clients at the limits of a connection, and beyond, over real WebSockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
    private static final int TOO_BIG = 1009;
    private static final int PROTOCOL_ERROR = 1002;

    private Backend backend;
    private InstanceProcess instance;

    @BeforeAll
    void start() {
        backend = new Backend();
        instance = InstanceProcess.ready(backend, "pod-1");
    }

    @AfterAll
    void stop() {
        instance.close();
        backend.close();
    }

    @Test
    void whoDoesNotSayHelloInTimeIsEndedAndWhoIsLateInTimeIsWelcome() throws Exception {
        try (TestPlayer silent = TestPlayer.connect(instance);
                TestPlayer late = TestPlayer.connect(instance)) {
            Thread.sleep(Protocol.HELLO_TIMEOUT_MS - 2_000);
            assertThat(silent.heard).isEmpty();
            late.say(
                    new Hello(
                            Protocol.VERSION,
                            Protocol.OLDEST,
                            0,
                            backend.ticket("late", backend.seat(1)),
                            "test"));
            late.welcome();
            assertThat(silent.refusal()).isEqualTo(GoodbyeReason.HELLO_TIMEOUT);
            silent.awaitClosed();
            late.say(new Ping(3, 4));
            late.await(Pong.class, pong -> pong.nonce() == 3);
        }
    }

    @Test
    void whoSaysTooMuchIsEndedAloneAndItIsCounted() throws IOException {
        double before = hits("message_rate");
        try (TestPlayer steady =
                        TestPlayer.join(instance, backend.ticket("steady", backend.seat(2)));
                TestPlayer loud =
                        TestPlayer.join(instance, backend.ticket("loud", backend.seat(3)))) {
            for (int i = 1; i < Limits.MESSAGES_BURST; i++) { // Hello was the first
                loud.say(new Ping(i, 0));
            }
            loud.await(Pong.class, pong -> pong.nonce() == Limits.MESSAGES_BURST - 1);
            assertThat(loud.find(Goodbye.class, _ -> true)).isEmpty();
            for (int i = 0; i < 4 * Limits.MESSAGES_BURST && !loud.closed.isDone(); i++) {
                try {
                    loud.say(new Ping(0, 0));
                } catch (CompletionException e) {
                    break; // it was ended already
                }
            }
            assertThat(loud.refusal()).isEqualTo(GoodbyeReason.RATE_LIMITED);
            steady.say(new Ping(5, 0));
            steady.await(Pong.class, pong -> pong.nonce() == 5);
            assertThat(hits("message_rate")).isGreaterThan(before);
        }
    }

    @Test
    void aMessageOfTheGreatestLengthIsReadAndOneByteMoreIsNot() throws IOException {
        double before = hits("frame_bytes");
        try (TestPlayer longest = TestPlayer.connect(instance);
                TestPlayer longer = TestPlayer.connect(instance)) {
            longest.sendRaw(new byte[Messages.MAX_CLIENT_BYTES]);
            assertThat(longest.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
            assertThat(longest.closed)
                    .succeedsWithin(TestPlayer.PATIENCE)
                    .isEqualTo(PROTOCOL_ERROR);
            assertThat(hits("frame_bytes")).isEqualTo(before);
            longer.sendRaw(new byte[Messages.MAX_CLIENT_BYTES + 1]);
            assertThat(longer.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
            assertThat(longer.closed).succeedsWithin(TestPlayer.PATIENCE).isEqualTo(TOO_BIG);
        }
        assertThat(hits("frame_bytes")).isEqualTo(before + 1);
    }

    private double hits(String limit) throws IOException {
        return instance.metric(
                "otherworld_instance_limit_hits_total{limit=\"%s\"}".formatted(limit));
    }
}
