package otherworld.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @Test
    void whatIsReadIsWrittenAgain() {
        String header = "00-" + TRACE + "-" + SPAN + "-01";
        TraceContext context = TraceContext.parse(header).orElseThrow();
        assertThat(context.traceparent()).isEqualTo(header).hasSize(TraceContext.LENGTH);
        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.spanId()).isEqualTo(SPAN);
        assertThat(context.sampled()).isTrue();
        assertThat(context.withSpan(1).traceparent())
                .isEqualTo("00-" + TRACE + "-0000000000000001-01");
    }

    @Test
    void ofTheFlagsTheLastBitCounts() {
        assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-00"))
                .hasValueSatisfying(it -> assertThat(it.sampled()).isFalse());
        assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-ff"))
                .hasValueSatisfying(it -> assertThat(it.sampled()).isTrue());
    }

    @Test
    void aLaterVersionMaySayMore() {
        String later = "cc-" + TRACE + "-" + SPAN + "-01-what-the-future-brings";
        assertThat(TraceContext.parse(later).map(TraceContext::traceparent))
                .contains("00-" + TRACE + "-" + SPAN + "-01");
        assertThat(TraceContext.parse(later + "x".repeat(512))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-011",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01x",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333é-01",
            })
    void whatIsNoneIsNotRead(String text) {
        assertThat(TraceContext.parse(text)).isEmpty();
    }

    @Test
    void zerosAreNoTrace() {
        assertThatThrownBy(() -> new TraceContext(0, 0, 1, true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TraceContext(1, 0, 0, true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
