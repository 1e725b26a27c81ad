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

/** How many instances run: clamp(max(min, replicas, demand), max). */
@ValidationRule(
        value = "self.min <= self.max",
        message =
                "instances.min must not be above instances.max: lower instances.min or raise instances.max")
@ValidationRule(
        value =
                "self.idleAfter.matches('"
                        + Durations.PATTERN
                        + "') && self.idleAfter != '' && duration(self.idleAfter) >= duration('1s') && duration(self.idleAfter) <= duration('24h')",
        message = "instances.idleAfter must be a duration from 1s to 24h, such as 30s, 5m or 1h30m")
public record Instances(
        @JsonPropertyDescription(
                        "Instances that always run. Zero needs spareSeats: 0 to take effect.")
                @Default("1")
                @Min(0)
                @Max(Instances.MOST)
                Integer min,
        @JsonPropertyDescription("Most instances that run at a time; ordinals may be higher.")
                @Default("10")
                @Min(1)
                @Max(Instances.MOST)
                Integer max,
        @JsonPropertyDescription(
                        "Free seats to keep ready (those of starting instances count), so that nobody waits for a start.")
                @Default("1")
                @Min(0)
                @Max(Instances.MOST_SPARE)
                Integer spareSeats,
        @JsonPropertyDescription(
                        "How long an instance must have been empty before it may be removed; held seats count as taken. 1s to 24h.")
                @Default("5m")
                @Size(max = 24)
                String idleAfter) {

    static final int MOST = 5000;
    static final int MOST_SPARE = 1_000_000;

    // Absent in JSON is null here; everywhere else the components are set.
    public Instances(
            @Nullable Integer min,
            @Nullable Integer max,
            @Nullable Integer spareSeats,
            @Nullable String idleAfter) {
        this.min = Bounds.within("instances.min", requireNonNullElse(min, 1), 0, MOST);
        this.max =
                Bounds.within(
                        "instances.max",
                        requireNonNullElse(max, WorldSpec.DEFAULT_MAX_INSTANCES),
                        1,
                        MOST);
        this.spareSeats =
                Bounds.within(
                        "instances.spareSeats", requireNonNullElse(spareSeats, 1), 0, MOST_SPARE);
        this.idleAfter =
                Bounds.within(
                        "instances.idleAfter",
                        requireNonNullElse(idleAfter, "5m"),
                        Duration.ofSeconds(1),
                        Duration.ofHours(24));
    }

    public Duration idleAfterDuration() {
        return Durations.parse(idleAfter);
    }
}
