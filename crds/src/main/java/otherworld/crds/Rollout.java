package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import otherworld.base.Durations;

/** How a changed template reaches running instances. */
@ValidationRule(
        value =
                "self.handOverTimeout.matches('"
                        + Durations.PATTERN
                        + "') && self.handOverTimeout != '' && duration(self.handOverTimeout) >= duration('1s') && duration(self.handOverTimeout) <= duration('10m')",
        message = "rollout.handOverTimeout must be a duration from 1s to 10m, such as 30s or 2m")
@ValidationRule(
        value =
                "self.progressDeadline.matches('"
                        + Durations.PATTERN
                        + "') && self.progressDeadline != '' && duration(self.progressDeadline) >= duration('1s') && duration(self.progressDeadline) <= duration('24h')",
        message = "rollout.progressDeadline must be a duration from 1s to 24h, such as 10m")
public record Rollout(
        @JsonPropertyDescription(
                        "HandOver: a successor pod is created while the old one closes, and takes the instance over with its seats. The one strategy of this version.")
                @Default("HandOver")
                Strategy strategy,
        @JsonPropertyDescription("Most instances that change pods at a time, 1 to 100.")
                @Default("1")
                @Min(1)
                @Max(100)
                Integer maxParallel,
        @JsonPropertyDescription(
                        "How long an old pod may take to hand its instance over. 1s to 10m.")
                @Default("30s")
                @Size(max = 24)
                String handOverTimeout,
        @JsonPropertyDescription(
                        "How long the fleet may make no progress towards what it should be, until Progressing says ProgressDeadlineExceeded. 1s to 24h.")
                @Default("10m")
                @Size(max = 24)
                String progressDeadline) {

    /** How an instance moves to a pod of the new template. */
    public enum Strategy {
        HandOver
    }

    // Absent in JSON is null here; everywhere else the components are set.
    public Rollout(
            @Nullable Strategy strategy,
            @Nullable Integer maxParallel,
            @Nullable String handOverTimeout,
            @Nullable String progressDeadline) {
        this.strategy = requireNonNullElse(strategy, Strategy.HandOver);
        this.maxParallel =
                Bounds.within("rollout.maxParallel", requireNonNullElse(maxParallel, 1), 1, 100);
        this.handOverTimeout =
                Bounds.within(
                        "rollout.handOverTimeout",
                        requireNonNullElse(handOverTimeout, "30s"),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10));
        this.progressDeadline =
                Bounds.within(
                        "rollout.progressDeadline",
                        requireNonNullElse(progressDeadline, "10m"),
                        Duration.ofSeconds(1),
                        Duration.ofHours(24));
    }

    public Duration progressDeadlineDuration() {
        return Durations.parse(progressDeadline);
    }

    public Duration handOverTimeoutDuration() {
        return Durations.parse(handOverTimeout);
    }
}
