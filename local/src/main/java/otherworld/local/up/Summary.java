package otherworld.local.up;

import java.io.PrintStream;

/** What {@code up} ends with: how to look, join, measure and stop, in under a screen. */
final class Summary {
    private Summary() {}

    static void print(Home home, ClusterState state, PrintStream out) {
        if (state.database().startsWith("PostgreSQL")) {
            out.println();
            out.println(
                    "  *** PostgreSQL stands in for CockroachDB (set CRDB_URL, or put cockroach on PATH) ***");
        }
        out.printf(
                """

                World plaza is Ready.

                  look     ./otherworld kubectl get worlds,pods      (kubeconfig: %s)
                           ./otherworld status      ./otherworld logs matchmaker -f
                  join     ./otherworld bots 250 --world plaza       (matchmaker: %s)
                  watch    %s/       (./otherworld why plaza)
                  metrics  %s/metrics   %s/metrics
                           each instance: http://127.0.0.1:PORT/metrics, ports in ./otherworld status
                  stop     ./otherworld down            state survives; down --purge forgets it
                """,
                home.kubeconfig(),
                address(state, "matchmaker"),
                Ports.noted(home.ports(), "http", Ports.Use.OPERATOR_PAGE),
                Ports.noted(home.ports(), "http", Ports.Use.MATCHMAKER_MANAGEMENT),
                address(state, "operator"));
        if (Extra.OBSERVE.isIn(state)) {
            out.printf(
                    "  observe  %s (Prometheus)   %s (Alertmanager)%n",
                    address(state, "prometheus"), address(state, "alertmanager"));
        }
    }

    private static String address(ClusterState state, String part) {
        return state.parts().stream()
                .filter(candidate -> candidate.name().equals(part))
                .map(ClusterState.PartState::address)
                .findFirst()
                .orElse("-");
    }
}
