package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;
import otherworld.bots.Observation.Change;
import otherworld.bots.ZoneOracle.Difference;

/** Anna is the bot; the oracle must find every wrong log and every wrong observation. */
class ZoneOracleTest {
    private static final String HERE = "0,-1";
    private static final String BESIDE = "-1,0";
    private static final String FAR = "2,-1";

    private final Observation anna =
            new Observation(
                    "anna",
                    new LogSource(
                            new InstanceId(new WorldId("default.plaza"), 0),
                            1,
                            URI.create("http://127.0.0.1:1")),
                    new Hearing());
    private final List<ZoneLog.Entry> log = new ArrayList<>();

    /** Anna enters at 0 where Ben is; Ben goes far off at 10 s, Cleo comes at 20 s. */
    @BeforeEach
    void aStory() {
        enter(0, "ben", HERE);
        enter(0, "anna", HERE);
        leave(10_000, "ben", HERE);
        enter(10_000, "ben", FAR);
        enter(20_000, "cleo", HERE);
    }

    @Test
    void whatWasSeenInTimeIsRight() {
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_900, "ben"));
        anna.add(new Change.Came(20_066, "cleo"));
        assertThat(compare(30_000)).isEmpty();
    }

    @Test
    void aPlayerWhoNeverAppearsIsFound() {
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_066, "ben"));
        assertThat(compare(30_000))
                .containsExactly(new Difference("anna", "cleo", true, 20_000, 10_000, HERE));
    }

    @Test
    void aPlayerWhoAppearsTooLateIsFound() {
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_066, "ben"));
        anna.add(new Change.Came(21_001, "cleo"));
        assertThat(compare(30_000))
                .containsExactly(new Difference("anna", "cleo", true, 20_000, 1_001, HERE));
    }

    @Test
    void oneSecondIsStillInTime() {
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_066, "ben"));
        anna.add(new Change.Came(21_000, "cleo"));
        assertThat(compare(30_000)).isEmpty();
    }

    @Test
    void aPlayerWhoStaysAfterLeavingIsFound() {
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Came(20_066, "cleo"));
        assertThat(compare(30_000))
                .containsExactly(new Difference("anna", "ben", false, 10_000, 20_000, HERE));
    }

    @Test
    void aPlayerOfAnotherZoneIsFound() {
        enter(0, "dora", FAR);
        log.sort(Comparator.comparingLong(ZoneLog.Entry::timeMs));
        anna.add(new Change.All(50, Set.of("ben", "dora")));
        anna.add(new Change.Went(10_066, "ben"));
        anna.add(new Change.Came(20_066, "cleo"));
        assertThat(compare(30_000))
                .extracting(Difference::player, Difference::unseen)
                .containsExactly(tuple("dora", false));
    }

    /** Whether somebody beside the zone is told of depends on sight: both are right. */
    @Test
    void aPlayerOfAZoneBesideMayBeSeenOrNot() {
        leave(22_000, "cleo", HERE);
        enter(22_000, "cleo", BESIDE);
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_066, "ben"));
        anna.add(new Change.Came(20_066, "cleo"));
        assertThat(compare(30_000)).isEmpty();
        anna.add(new Change.Went(23_900, "cleo"));
        assertThat(compare(30_000)).isEmpty();
        leave(25_000, "cleo", BESIDE);
        enter(25_000, "cleo", HERE);
        assertThat(compare(30_000))
                .containsExactly(new Difference("anna", "cleo", true, 25_000, 5_000, HERE));
    }

    @Test
    void aSnapshotOfTheOldZoneAfterWalkingOnIsFound() {
        leave(25_000, "anna", HERE);
        enter(25_000, "anna", FAR);
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_066, "ben"));
        anna.add(new Change.Came(20_066, "cleo"));
        assertThat(compare(30_000))
                .extracting(Difference::player)
                .containsExactlyInAnyOrder("ben", "cleo");
        anna.add(new Change.All(25_500, Set.of("ben")));
        assertThat(compare(30_000)).isEmpty();
    }

    @Test
    void aLogThatForgotAnEntryIsFound() {
        log.removeIf(entry -> entry.player().equals("cleo"));
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_066, "ben"));
        anna.add(new Change.Came(20_066, "cleo"));
        assertThat(compare(30_000))
                .containsExactly(new Difference("anna", "cleo", false, 20_066, 9_934, HERE));
    }

    @Test
    void aLogWithoutTheBotMakesEveryoneSeenWrong() {
        log.removeIf(entry -> entry.player().equals("anna"));
        anna.add(new Change.All(50, Set.of("ben")));
        assertThat(compare(5_000)).hasSize(1);
    }

    @Test
    void nothingCountsWhileTheBotIsAway() {
        anna.add(new Change.All(15_000, Set.of()));
        anna.end(20_500);
        assertThat(compare(30_000)).isEmpty();
    }

    @Test
    void nothingCountsBeyondTheLog() {
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(10_066, "ben"));
        assertThat(compare(20_900)).isEmpty();
    }

    @Test
    void clocksAreBroughtTogetherByTheQuickestPong() {
        long ahead = 3_600_000; // the bot's clock
        anna.clock(ahead + 0, ahead + 400, 0);
        anna.clock(ahead + 1_000, ahead + 1_002, 1_001);
        anna.clock(ahead + 2_000, ahead + 2_900, 2_000);
        assertThat(anna.offsetMs()).isEqualTo(-ahead);
        anna.add(new Change.All(ahead + 50, Set.of("ben")));
        anna.add(new Change.Went(ahead + 10_066, "ben"));
        anna.add(new Change.Came(ahead + 20_066, "cleo"));
        assertThat(compare(30_000)).isEmpty();
    }

    /** Ben went at 10 s, by the log; the host was paused right then. */
    @Test
    void whatHappensWhileNobodyHearsFromTheHostIsNotExpectedToBeKnown() {
        anna.add(new Change.All(50, Set.of("ben")));
        anna.add(new Change.Went(14_900, "ben"));
        anna.add(new Change.Came(20_066, "cleo"));
        assertThat(compare(30_000)).hasSize(1);
        assertThat(compare(30_000, List.of(new Hearing.Silence(10_500, 14_000)))).isEmpty();
        assertThat(compare(30_000, List.of(new Hearing.Silence(10_500, 13_500))))
                .as("known too late after it")
                .containsExactly(new Difference("anna", "ben", false, 10_000, 1_400, HERE));
        assertThat(compare(30_000, List.of(new Hearing.Silence(11_500, 14_500))))
                .as("known too late before it")
                .containsExactly(new Difference("anna", "ben", false, 10_000, 1_500, HERE));
        assertThat(compare(30_000, List.of(new Hearing.Silence(1_000, 9_000)))).hasSize(1);
    }

    @Test
    void aHostIsSilentWhenNobodyHears() {
        Hearing hearing = new Hearing();
        for (long atMs = 5_000; atMs <= 60_000; atMs += 50) {
            boolean paused = atMs > 20_000 && atMs < 28_000;
            if (!paused && (atMs < 40_000 || atMs > 41_000)) { // 1 s is no silence
                hearing.heard(atMs);
            }
        }
        assertThat(hearing.silences()).containsExactly(new Hearing.Silence(20_100, 28_000));
    }

    private List<Difference> compare(long coveredMs) {
        return compare(coveredMs, List.of());
    }

    private List<Difference> compare(long coveredMs, List<Hearing.Silence> silences) {
        return new ZoneOracle(1_000).compare(anna, new ZoneLog(log, coveredMs, false), silences);
    }

    private void enter(long atMs, String player, String zone) {
        log.add(new ZoneLog.Entry(log.size() + 1, atMs, player, zone, true));
    }

    private void leave(long atMs, String player, String zone) {
        log.add(new ZoneLog.Entry(log.size() + 1, atMs, player, zone, false));
    }
}
