package otherworld.operator.act;

import java.util.Arrays;
import otherworld.crds.WorldCondition;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Plan;
import otherworld.ops.metric.Buckets;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.Label;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.ops.metric.MetricSpec.GaugeSpec;
import otherworld.ops.metric.MetricSpec.HistogramSpec;
import otherworld.ops.metric.Unit;
import otherworld.ops.tls.InternalTlsMetrics;

/** Every metric of the operator. */
public final class OperatorCatalogue {
    public static final Catalogue CATALOGUE = new Catalogue("operator", "otherworld_operator_");

    static final Label INSTANCES = Label.of("state", "desired", "running", "ready");
    static final Label SEATS = Label.of("state", "all", "free", "taken");
    static final Label ACTION =
            Label.of(
                    "action",
                    Arrays.stream(Action.class.getPermittedSubclasses())
                            .map(Class::getSimpleName)
                            .toArray(String[]::new));
    static final Label LIMIT = Label.of("limit", Plan.Kind.values(), Enum::name);
    static final Label CONDITION =
            Label.of(
                    "condition",
                    WorldCondition.READY,
                    WorldCondition.PROGRESSING,
                    WorldCondition.SCALING_LIMITED,
                    WorldCondition.DEGRADED);

    private static final String LEADS = "this replica leads";

    private static final Buckets RECONCILE =
            new Buckets(
                    "a World that needs nothing takes below 1 ms, one request to the API server 5 to 50 ms, a turn of 32 pods up to 1 s",
                    .0005,
                    .001,
                    .0025,
                    .005,
                    .01,
                    .025,
                    .05,
                    .1,
                    .25,
                    .5,
                    1,
                    2.5,
                    5,
                    10,
                    30);

    public static final CounterSpec ACTIONS =
            CATALOGUE
                    .metric("actions_total", "Changes made to fleets, by kind")
                    .labels(Label.NAMESPACE, Label.WORLD, ACTION)
                    .when("a change was made")
                    .counter();

    public static final GaugeSpec FLEET =
            CATALOGUE
                    .metric("instances", "Instances of a World: desired, running or ready")
                    .labels(Label.NAMESPACE, Label.WORLD, INSTANCES)
                    .like("agones_fleets_replicas_count")
                    .when(LEADS)
                    .gauge(Unit.COUNT);

    public static final GaugeSpec SEAT_COUNT =
            CATALOGUE
                    .metric("seats", "Seats of a World: all, free, or taken")
                    .labels(Label.NAMESPACE, Label.WORLD, SEATS)
                    .like("agones_gameserver_player_capacity_total")
                    .when(LEADS)
                    .gauge(Unit.COUNT);

    public static final GaugeSpec SCALING_LIMITED =
            CATALOGUE
                    .metric(
                            "scaling_limited",
                            "1 while something holds a scale decision back, by what")
                    .labels(Label.NAMESPACE, Label.WORLD, LIMIT)
                    .like("agones_fleet_autoscalers_limited")
                    .when(LEADS)
                    .gauge(Unit.FLAG);

    public static final GaugeSpec WORLD_CONDITION =
            CATALOGUE
                    .metric(
                            "world_condition",
                            "1 while the condition of the World is True; 0 if it is False or Unknown")
                    .labels(Label.NAMESPACE, Label.WORLD, CONDITION)
                    .when(LEADS)
                    .gauge(Unit.FLAG);

    public static final GaugeSpec LAST_RECONCILE =
            CATALOGUE
                    .metric(
                            "last_reconcile_timestamp_seconds",
                            "When the World was reconciled last without an error; each is at least once a minute")
                    .labels(Label.NAMESPACE, Label.WORLD)
                    .when(LEADS)
                    .gauge(Unit.TIMESTAMP);

    public static final GaugeSpec FAILURES_IN_A_ROW =
            CATALOGUE
                    .metric(
                            "instance_failures_in_a_row",
                            "Pods that failed one after the other before the one that is not Ready now, the most of any instance of the World")
                    .labels(Label.NAMESPACE, Label.WORLD)
                    .when(LEADS)
                    .gauge(Unit.COUNT);

    public static final CounterSpec INSTANCES_REPLACED =
            CATALOGUE
                    .metric(
                            "instances_replaced_total",
                            "Pods started for an instance whose last one ended by itself, by what ended it")
                    .labels(Label.NAMESPACE, Label.WORLD, Label.of("end", "fault", "port_taken"))
                    .when(LEADS)
                    .counter();

    public static final GaugeSpec STREAM_UP =
            CATALOGUE
                    .metric("matchmaker_stream_up", "1 while the stream to the matchmaker is open")
                    .gauge(Unit.FLAG);

    public static final GaugeSpec LEADING =
            CATALOGUE
                    .metric("leading", "1 while this replica is the one that works")
                    .gauge(Unit.FLAG);

    public static final CounterSpec RECONCILE_ERRORS =
            CATALOGUE
                    .metric(
                            "reconcile_errors_total",
                            "Reconciliations that ended by an exception, by its kind")
                    .labels(Label.open("kind", "classes of exceptions"))
                    .when("there was one")
                    .counter();

    public static final GaugeSpec UNREADABLE =
            CATALOGUE
                    .metric(
                            "unreadable_world",
                            "1 for each World whose spec cannot be read: nobody reconciles it")
                    .labels(Label.NAMESPACE, Label.WORLD)
                    .when("there is one")
                    .gauge(Unit.FLAG);

    public static final HistogramSpec RECONCILE_SECONDS =
            CATALOGUE
                    .metric("reconcile_seconds", "Time of one reconciliation")
                    .histogram(RECONCILE);

    public static final GaugeSpec QUEUE_WORLDS =
            CATALOGUE.metric("queue_worlds", "Worlds that wait to be reconciled").gauge(Unit.COUNT);

    public static final GaugeSpec QUEUE_AGE =
            CATALOGUE
                    .metric(
                            "queue_age_seconds",
                            "How long the World that waits longest has waited to be reconciled")
                    .gauge(Unit.SECONDS);

    public static final CounterSpec API_FAILURES =
            CATALOGUE
                    .metric(
                            "api_failures_total",
                            "Requests to the API server that failed, by verb and status code; none: no answer")
                    .labels(
                            Label.open("verb", "HTTP's methods"),
                            Label.open("code", "HTTP's status codes, and none"))
                    .when("one failed")
                    .counter();

    public static final InternalTlsMetrics.Specs INTERNAL_TLS =
            InternalTlsMetrics.Specs.in(CATALOGUE);

    public static final GaugeSpec API_SERVER_UP =
            CATALOGUE
                    .metric(
                            "api_server_up",
                            "1 while the API server answers this replica, which asks every 10 s")
                    .gauge(Unit.FLAG);

    private OperatorCatalogue() {}
}
