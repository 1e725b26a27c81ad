package otherworld.matchmaker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;
import otherworld.base.WorldId;
import otherworld.matchmaker.http.SeatTraces.Chosen;
import otherworld.tickets.SigningKeys;
import otherworld.tracing.Span;
import otherworld.tracing.Tracing;

class SeatTracesTest {
    private static final WorldId PLAZA = new WorldId("default.plaza");
    private static final PlayerId ANN = new PlayerId("ann");
    private static final String REQUEST = "0b8f7c1e-4d5a-4f6b-9c3d-2e1f0a9b8c7d";
    private static final TraceContext ASKS =
            TraceContext.parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                    .orElseThrow();

    private final SigningKeys keys = SigningKeys.parse(SigningKeys.generate());

    /** Records nothing of what it decides: a share of all, and some since they ask for it. */
    private static final class Deciding implements Tracing {
        private final double ratio;
        private int asked;

        Deciding(double ratio, int asked) {
            this.ratio = ratio;
            this.asked = asked;
        }

        @Override
        public boolean isOn() {
            return true;
        }

        @Override
        public Optional<TraceContext> begin() {
            return Optional.empty();
        }

        @Override
        public boolean samples(long random) {
            return (random >>> 11) < ratio * 0x1p53;
        }

        @Override
        public boolean samplesAsked() {
            return asked-- > 0;
        }

        @Override
        public void ended(Span span) {}

        @Override
        public void close() {}
    }

    private Optional<Chosen> choose(SeatTraces of, String request, Optional<TraceContext> brought) {
        return of.choose(PLAZA, request, ANN, brought);
    }

    @Test
    void everyMatchmakerSaysTheSameOfARequestAndNobodyElseForeseesIt() {
        SeatTraces one = new SeatTraces(new Deciding(1, 0), keys);
        SeatTraces other = new SeatTraces(new Deciding(1, 0), keys);
        Optional<Chosen> chosen = choose(one, REQUEST, Optional.empty());
        assertThat(chosen).isPresent().isEqualTo(choose(other, REQUEST, Optional.empty()));
        assertThat(chosen.orElseThrow().parent()).isZero();
        SeatTraces elsewhere =
                new SeatTraces(new Deciding(1, 0), SigningKeys.parse(SigningKeys.generate()));
        assertThat(choose(elsewhere, REQUEST, Optional.empty())).isNotEqualTo(chosen);
        assertThat(one.choose(PLAZA, REQUEST, new PlayerId("bea"), Optional.empty()))
                .as("another player's request of the same id is another trace")
                .isNotEqualTo(chosen);
    }

    @Test
    void soManyAreRecordedAsIsSet() {
        SeatTraces some = new SeatTraces(new Deciding(0.1, 0), keys);
        long recorded =
                IntStream.range(0, 10_000)
                        .filter(i -> choose(some, "r" + i, Optional.empty()).isPresent())
                        .count();
        assertThat(recorded / 10_000.0).isCloseTo(0.1, within(0.02));
    }

    @Test
    void whoBringsATraceGoesOnWithItAndDoesNotDecideWhetherItIsRecorded() {
        SeatTraces all = new SeatTraces(new Deciding(1, 0), keys);
        TraceContext refuses =
                new TraceContext(ASKS.traceHigh(), ASKS.traceLow(), ASKS.span(), false);
        Chosen chosen = choose(all, REQUEST, Optional.of(refuses)).orElseThrow();
        assertThat(chosen.root().traceId()).isEqualTo(ASKS.traceId());
        assertThat(chosen.root().sampled()).isTrue();
        assertThat(chosen.parent()).isEqualTo(ASKS.span());
        SeatTraces none = new SeatTraces(new Deciding(0, 0), keys);
        assertThat(choose(none, REQUEST, Optional.of(ASKS))).isEmpty();
    }

    /** Whatever takes its time between player, matchmaker and ledger. */
    @Test
    void aRequestBeginsBeforeItsFirstAskEndsAndLastsAsLongAsTheLedgerSays() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            long heardNs = random.nextLong(2_000_000_000);
            long firstEndsNs = heardNs + random.nextLong(50_000_000);
            long httpNs = firstEndsNs + random.nextLong(3_000_000_000L);
            long askedNs = httpNs + random.nextLong(50_000_000);
            long seatedNs = askedNs + random.nextLong(300_000_000);
            long endNs = seatedNs + random.nextLong(300_000_000);
            long waitedMs = seatedNs / 1_000_000 - heardNs / 1_000_000;
            long begunNs = SeatTrace.begunNs(httpNs, askedNs, waitedMs);
            assertThat(begunNs).as("-Dseed=%d", seed).isLessThanOrEqualTo(firstEndsNs);
            assertThat(endNs - begunNs)
                    .as("-Dseed=%d", seed)
                    .isGreaterThanOrEqualTo(waitedMs * 1_000_000);
        }
        assertThat(SeatTrace.begunNs(5, 9, 0)).as("who did not wait").isEqualTo(5);
    }

    @Test
    void whoAsksIsRecordedWhileFewDo() {
        SeatTraces few = new SeatTraces(new Deciding(0, 2), keys);
        assertThat(choose(few, REQUEST, Optional.empty())).isEmpty();
        assertThat(choose(few, REQUEST, Optional.of(ASKS))).isPresent();
        assertThat(choose(few, REQUEST, Optional.of(ASKS))).isPresent();
        assertThat(choose(few, REQUEST, Optional.of(ASKS))).isEmpty();
    }
}
