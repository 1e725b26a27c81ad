package otherworld.operator.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.fleet.v1.SeatDecision;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.operator.config.PageSettings;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.PodView;

/**
 * The page in headless Chromium: a thousand instances, hostile texts, a keyboard, a phone. {@code
 * src/test/page/browser.mjs} has what is expected. With {@code -Dpage.shots=FOLDER} it leaves
 * pictures there.
 */
@Tag("heavy")
class PageBrowserIT {
    private static final Path ROOT = Path.of(System.getProperty("otherworld.root", ".."));
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOSTILE =
            "</p><img src=x onerror=\"window.hacked=1\"><script>alert(1)</script>";
    private static final int THOUSAND = 1_000;

    @Test
    void itIsReadableWhateverIsInIt() throws Exception {
        ShownFleet fleet = new ShownFleet();
        World large = fleet.add("default", "arena", 100, 2_000);
        fleet.run(large, THOUSAND, 61);
        for (String type : List.of("Ready", "Progressing", "ScalingLimited", "Degraded")) {
            ShownFleet.condition(large, type, type.equals("Ready"), "AsExpected", "well");
        }
        mixed(fleet);
        World hostile = fleet.add("default", "<b>x</b>", 10, 5);
        ShownFleet.condition(hostile, WorldCondition.DEGRADED, true, "<i>R</i>", HOSTILE);
        fleet.run(hostile, 2, 3);
        fleet.book.told(hostile, true, "<u>Refused</u>", OptionalInt.of(1), "", HOSTILE);
        fleet.seats.put(
                "default.arena",
                SeatDecisionsResponse.newBuilder()
                        .addDecisions(
                                SeatDecision.newBuilder()
                                        .setPlayer("alice")
                                        .setAtMs(ShownFleet.NOW.toEpochMilli())
                                        .setOutcome(SeatDecision.Outcome.WAITING)
                                        .setReason("NoRoom")
                                        .setDetail(HOSTILE))
                        .build());
        Map<String, String> assets =
                Map.of(
                        "OTHERWORLD_INTEROP_NODE", asset("node"),
                        "OTHERWORLD_INTEROP_CHROMIUM", asset("chromium"));
        try (PageServer page =
                PageServer.start(
                        new PageSettings(
                                true, "127.0.0.1", 0, Set.of(), Optional.empty(), Optional.empty()),
                        fleet,
                        InstantSource.system())) {
            Map<String, Object> arguments = new HashMap<>();
            arguments.put("url", "http://127.0.0.1:%d/".formatted(page.port()));
            arguments.put("worlds", 3);
            arguments.put("instances", THOUSAND);
            arguments.put("hostile", HOSTILE);
            arguments.put("shots", System.getProperty("page.shots"));
            Output output =
                    run(
                            assets,
                            List.of(
                                    "node",
                                    ROOT.resolve("operator/src/test/page/browser.mjs").toString(),
                                    JSON.writeValueAsString(arguments)),
                            Duration.ofMinutes(2));
            assertThat(output.status()).as(output.text()).isZero();
        }
    }

    /** One of every state. */
    private static void mixed(ShownFleet fleet) {
        World world = fleet.add("games", "castle", 50, 12);
        List<PodView> pods = new ArrayList<>();
        Map<Integer, Demand.Instance> inside = new HashMap<>();
        PodView.Phase[] phases = PodView.Phase.values();
        for (int ordinal = 0; ordinal < 9; ordinal++) {
            PodView pod = ShownFleet.pod(world, ordinal, phases[ordinal % phases.length]);
            pods.add(pod);
            inside.put(
                    ordinal,
                    new Demand.Instance(
                            ordinal != 5,
                            pod.uid(),
                            5 * ordinal,
                            0,
                            0,
                            50 - 5 * ordinal,
                            Duration.ZERO,
                            Optional.empty()));
        }
        fleet.plan(world, pods, new Demand.Known(inside, Set.of(), 0, 0));
        ShownFleet.condition(
                world, WorldCondition.READY, false, "InstancesStarting", "2 of 9 are Ready");
    }

    private record Output(int status, String text) {}

    private static String asset(String name) throws IOException, InterruptedException {
        Output output =
                run(
                        Map.of(),
                        List.of(ROOT.resolve("tools/interop/interop-assets").toString(), name),
                        Duration.ofMinutes(8));
        if (output.status() != 0 && "optional".equals(System.getenv("OTHERWORLD_INTEROP"))) {
            abort(output.text());
        }
        assertThat(output.status()).as(output.text()).isZero();
        return output.text().lines().reduce("", (_, line) -> line);
    }

    /** Both of its outputs, of which the last line is the result if it has one. */
    private static Output run(Map<String, String> environment, List<String> command, Duration limit)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        Thread killer =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                                    process.destroyForcibly();
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        String text =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int status = process.waitFor();
        killer.interrupt();
        return new Output(status, text);
    }
}
