package otherworld.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The figures of an instance with a swarm. */
final class SwarmRound {
    static final String NEAR_DELIVERY_P99 = "near_delivery_p99_ms";
    static final String LEAST_RATE = "min_rate_hz";

    private SwarmRound() {}

    static Measured measured(
            String name,
            Round round,
            Swarm swarm,
            int count,
            TickHistogram ticks,
            double degradation) {
        Map<String, Double> figures = new LinkedHashMap<>(Measured.of(name, round).figures());
        ticks.percentile(50).ifPresent(seconds -> figures.put("tick_p50_ms", 1e3 * seconds));
        ticks.percentile(99).ifPresent(seconds -> figures.put("tick_p99_ms", 1e3 * seconds));
        Measured.put(
                figures,
                "us_per_update_sent",
                1e6 * round.cores() / (round.updatesPerSecond() * count));
        Measured.put(figures, "near_delivery_p50_ms", swarm.nearDeliveryMs(50));
        Measured.put(figures, NEAR_DELIVERY_P99, swarm.nearDeliveryMs(99));
        Measured.put(figures, LEAST_RATE, swarm.leastRateHz());
        Measured.put(figures, "near_rate_hz", swarm.nearRateHz());
        for (int band = 0; band < CrowdProbe.BANDS_M.length; band++) {
            String to = "_to_" + CrowdProbe.BANDS_M[band] + "_m_mm";
            Measured.put(figures, "error_p50" + to, swarm.errorMm(band, 50));
            Measured.put(figures, "error_p99" + to, swarm.errorMm(band, 99));
        }
        figures.put("wrong_states", (double) swarm.wrong());
        figures.put("corrections", (double) swarm.corrections());
        figures.put("players_seen_least", (double) swarm.seenLeast());
        Measured.put(figures, "degradation", degradation);
        return new Measured(name, figures, faults(swarm, count, degradation));
    }

    private static List<String> faults(Swarm swarm, int count, double degradation) {
        List<String> faults = new ArrayList<>();
        if (swarm.wrong() > 0) {
            faults.add(swarm.wrong() + " bodies were shown as they never were");
        }
        if (swarm.in() < count) {
            faults.add("%d of %d players were still in".formatted(swarm.in(), count));
        }
        if (swarm.seenLeast() < count) {
            faults.add("a player saw %d of %d".formatted(swarm.seenLeast(), count));
        }
        if (degradation > 0) {
            faults.add("the instance was at step %.0f of its degradation".formatted(degradation));
        }
        return faults;
    }
}
