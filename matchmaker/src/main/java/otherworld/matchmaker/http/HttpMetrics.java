package otherworld.matchmaker.http;

import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import otherworld.http.HttpProblem;
import otherworld.ops.Problem;

/** What the HTTP side counts. */
public final class HttpMetrics {
    final Counter requests;
    final Counter problems;
    final DistributionDataPoint seatSeconds;
    final DistributionDataPoint ledgerSeconds;

    public HttpMetrics(PrometheusRegistry registry) {
        requests =
                Counter.builder()
                        .name("otherworld_matchmaker_requests_total")
                        .help("Requests answered, by what came of them")
                        .labelNames("operation", "outcome")
                        .register(registry);
        problems =
                Counter.builder()
                        .name("otherworld_matchmaker_problems_total")
                        .help(
                                "Requests refused, by problem; RATE_LIMITED and QUEUE_FULL are limits hit")
                        .labelNames("kind")
                        .register(registry);
        double[] buckets = {
            .0005, .001, .002, .003, .005, .0075, .01, .02, .03, .05, .1, .25, .5, 1, 2.5
        };
        seatSeconds =
                Histogram.builder()
                        .name("otherworld_matchmaker_seat_seconds")
                        .help("Time to answer a seat request, in the process")
                        .classicOnly()
                        .classicUpperBounds(buckets)
                        .register(registry);
        ledgerSeconds =
                Histogram.builder()
                        .name("otherworld_matchmaker_assign_seconds")
                        .help("Time the seat ledger took to assign")
                        .classicOnly()
                        .classicUpperBounds(buckets)
                        .register(registry);
        for (Problem.Kind kind : ProblemKind.values()) {
            problems.initLabelValues(kind.name());
        }
        for (Problem.Kind kind : HttpProblem.values()) {
            problems.initLabelValues(kind.name());
        }
    }
}
