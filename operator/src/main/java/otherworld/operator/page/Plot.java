package otherworld.operator.page;

import java.util.List;
import java.util.Map;

/**
 * The plots, each of fixed queries of recorded series.
 *
 * @param unit {@code ratio}, {@code seconds} or {@code count}
 * @param limit a line to compare with, in the unit; 0: none
 * @param series by what each is called: queries with {@code SELECTOR} in place of a World
 */
record Plot(String name, String title, String unit, double limit, Map<String, String> series) {
    static final String SELECTOR = "SELECTOR";

    /** In the order in which they are shown. Of several Worlds, the worst. */
    static final List<Plot> ALL =
            List.of(
                    ratio("seats", "Seated within 2 s", "slo_seats"),
                    ratio("ticks", "Ticks on time", "slo_ticks"),
                    ratio("edits", "Durable within 1 s", "slo_edits"),
                    new Plot(
                            "players",
                            "Players",
                            "count",
                            0,
                            Map.of("players", "sum(otherworld:players:sum" + SELECTOR + ")")),
                    new Plot(
                            "seat-wait",
                            "Wait for a seat",
                            "seconds",
                            2,
                            Map.of(
                                    "half of players",
                                    "max(otherworld:seat_wait_seconds:p50_5m" + SELECTOR + ")",
                                    "99 of 100",
                                    "max(otherworld:seat_wait_seconds:p99_5m" + SELECTOR + ")")),
                    seconds("tick", "Tick", 0, "tick_seconds"),
                    seconds("delivery", "Age of what players see", 0, "delivery_age_seconds"),
                    seconds("durable", "Until an edit is durable", 1, "edit_durable_seconds"));

    private static Plot ratio(String name, String title, String rule) {
        return new Plot(
                name,
                title,
                "ratio",
                0,
                Map.of("good", "min(otherworld:%s:good_ratio_rate5m%s)".formatted(rule, SELECTOR)));
    }

    private static Plot seconds(String name, String title, double limit, String rule) {
        return new Plot(
                name,
                title,
                "seconds",
                limit,
                Map.of("99 of 100", "max(otherworld:%s:p99_5m%s)".formatted(rule, SELECTOR)));
    }
}
