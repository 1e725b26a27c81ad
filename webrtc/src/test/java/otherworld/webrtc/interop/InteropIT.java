package otherworld.webrtc.interop;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.opentest4j.TestAbortedException;
import otherworld.webrtc.interop.Scenarios.Scenario;

/**
 * Chromium, libdatachannel, werift, pion, aiortc and str0m against our port. The stacks run side by
 * side, each its scenarios one after another; the tests are their outcomes. A stack that is not to
 * be had on this machine fails its tests, or skips them if {@code OTHERWORLD_INTEROP=optional}.
 */
@Tag("heavy")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InteropIT {
    private static final double LOSS = 0.1;

    private final Map<Stack, Map<Scenario, CompletableFuture<Void>>> outcomes =
            new LinkedHashMap<>();
    private final EchoServer server;

    InteropIT() throws IOException {
        long seed = Long.getLong("seed", new Random().nextLong());
        System.out.println("loss and reordering: -Dseed=" + seed);
        server = new EchoServer(LOSS, seed);
    }

    @BeforeAll
    void startAll() {
        for (Stack stack : Stack.values()) {
            Map<Scenario, CompletableFuture<Void>> own = new LinkedHashMap<>();
            Scenarios.ALL.forEach(scenario -> own.put(scenario, new CompletableFuture<>()));
            outcomes.put(stack, own);
            Thread.ofVirtual().name(stack.label()).start(() -> run(stack, own));
        }
    }

    private void run(Stack stack, Map<Scenario, CompletableFuture<Void>> own) {
        try (ScriptedPeer peer = stack.start()) {
            Scenarios scenarios = new Scenarios(stack, peer, server);
            own.forEach((scenario, outcome) -> run(scenario, scenarios, outcome));
        } catch (InteropAssets.Missing e) {
            Throwable outcome =
                    "optional".equals(System.getenv("OTHERWORLD_INTEROP"))
                            ? new TestAbortedException(e.getMessage())
                            : e;
            own.values().forEach(test -> test.completeExceptionally(outcome));
        } catch (Throwable e) {
            own.values().forEach(test -> test.completeExceptionally(e));
        }
    }

    private static void run(
            Scenario scenario, Scenarios scenarios, CompletableFuture<Void> outcome) {
        try {
            scenario.step().run(scenarios);
            outcome.complete(null);
        } catch (Throwable e) {
            outcome.completeExceptionally(e);
        }
    }

    @TestFactory
    Stream<DynamicContainer> stacks() {
        return outcomes.entrySet().stream()
                .map(entry ->
                        DynamicContainer.dynamicContainer(entry.getKey().label(), tests(entry)));
    }

    private static List<? extends DynamicNode> tests(
            Map.Entry<Stack, Map<Scenario, CompletableFuture<Void>>> stack) {
        return stack.getValue().entrySet().stream()
                .map(test ->
                        DynamicTest.dynamicTest(
                                stack.getKey().label() + ": " + test.getKey().name(),
                                () -> await(test.getValue())))
                .toList();
    }

    private static void await(CompletableFuture<Void> outcome) throws Throwable {
        try {
            outcome.get();
        } catch (ExecutionException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    @AfterAll
    void stopAll() throws IOException {
        server.close();
    }
}
