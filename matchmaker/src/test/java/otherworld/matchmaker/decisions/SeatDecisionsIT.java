package otherworld.matchmaker.decisions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.fleet.v1.SeatDecision;
import otherworld.fleet.v1.SeatDecision.Outcome;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.Rejected;
import otherworld.ledger.SeatLedger.Waited;
import otherworld.local.redis.RedisServer;

/** With a Redis that is real. */
class SeatDecisionsIT {
    private static final PlayerId ALICE = new PlayerId("alice");

    private final WorldId world =
            new WorldId("default.w" + UUID.randomUUID().toString().substring(0, 8));
    private final RedisSeatLedger ledger = RedisSeatLedger.connect(RedisServer.shared().url(), 100);
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SeatDecisions one = new SeatDecisions(ledger, () -> now);
    private final SeatDecisions other = new SeatDecisions(ledger, () -> now);

    @AfterEach
    void close() {
        ledger.forget(world);
        ledger.close();
    }

    @Test
    void whatOneMatchmakerDecidedAllKnow() {
        one.assigned(
                world,
                ALICE,
                new Assignment.Waiting(
                        4, "no free seat", List.of(new Rejected(0, "full")), new Waited(0, 0)));
        now = now.plusMillis(2_500);
        one.assigned(world, ALICE, seated(7, Optional.of(new Waited(2_500, 2_000))));
        one.bring();
        List<SeatDecision> decisions = other.of(world, Optional.of(ALICE));
        assertThat(decisions)
                .extracting(SeatDecision::getReason)
                .containsExactly("FullestThatFits", "NoRoom");
        assertThat(decisions.getFirst().getWaitedMs()).isEqualTo(2_500);
        assertThat(decisions.getFirst().getInstance()).isEqualTo(7);
        assertThat(decisions.getLast().getPassed(0).getReason()).isEqualTo("full");
        assertThat(other.of(world, Optional.of(new PlayerId("bob")))).isEmpty();
    }

    @Test
    void whoAsksAgainAndAgainIsToldOnceAndNobodysIdStandsInTheWords() {
        for (int i = 0; i < 20; i++) {
            now = now.plusMillis(500);
            one.assigned(
                    world,
                    ALICE,
                    new Assignment.Refused(
                            SeatLedger.Refusal.SEATED_ELSEWHERE,
                            "alice has a seat in instance 3: leave it first"));
        }
        one.bring();
        assertThat(one.of(world, Optional.empty()))
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.getOutcome()).isEqualTo(Outcome.REFUSED);
                    assertThat(it.getReason()).isEqualTo("SeatedElsewhere");
                    assertThat(it.getDetail()).startsWith("the player has a seat in instance 3");
                    assertThat(it.getInstance()).isEqualTo(3);
                });
    }

    @Test
    void theNewestOfManyAreKeptAndWhatIsNoneOfOursIsPassedOver() {
        for (int i = 0; i < 1_000; i++) {
            now = now.plusMillis(1);
            (i % 2 == 0 ? one : other).assigned(world, new PlayerId("player-" + i), seated(i % 5));
        }
        one.bring();
        other.bring();
        ledger.note(world, List.of("no base64!", "AAAA"));
        List<SeatDecision> decisions = one.of(world, Optional.empty());
        assertThat(decisions).hasSizeBetween(SeatLedger.MOST_NOTES - 2, SeatLedger.MOST_NOTES);
        assertThat(decisions.getFirst().getPlayer()).isEqualTo("player-999");
        assertThat(decisions).isSortedAccordingTo((a, b) -> Long.compare(b.getAtMs(), a.getAtMs()));
    }

    @Test
    void aWorldThatIsForgottenTakesThemAlong() {
        one.assigned(world, ALICE, seated(0));
        one.bring();
        assertThat(ledger.notes(world)).isNotEmpty();
        ledger.forget(world);
        assertThat(ledger.notes(world)).isEmpty();
    }

    private Assignment seated(int ordinal) {
        return seated(ordinal, Optional.empty());
    }

    private Assignment seated(int ordinal, Optional<Waited> waited) {
        return new Assignment.Seated(
                new InstanceId(world, ordinal),
                1,
                List.of(new Seat(ordinal, 1)),
                List.of("ws://127.0.0.1:20001/v1/play"),
                10,
                Permissions.OPEN,
                "fullest instance that fits",
                List.of(),
                waited);
    }
}
