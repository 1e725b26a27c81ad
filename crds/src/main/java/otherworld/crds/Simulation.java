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

/** Rates and sizes of the simulation. */
@ValidationRule(
        value = "self.presenceRate <= self.tickRate",
        message =
                "simulation.presenceRate must not be above simulation.tickRate: presence is sent on ticks; lower it or raise tickRate")
@ValidationRule(
        value =
                "self.reconnectWindow.matches('"
                        + Durations.PATTERN
                        + "') && self.reconnectWindow != '' && duration(self.reconnectWindow) >= duration('1s') && duration(self.reconnectWindow) <= duration('10m')",
        message = "simulation.reconnectWindow must be a duration from 1s to 10m, such as 30s or 2m")
public record Simulation(
        @JsonPropertyDescription("Simulation steps per second, 10 to 60.")
                @Default("30")
                @Min(10)
                @Max(60)
                Integer tickRate,
        @JsonPropertyDescription(
                        "How often per second players hear of each other, 1 to 60; at most tickRate.")
                @Default("15")
                @Min(1)
                @Max(60)
                Integer presenceRate,
        @JsonPropertyDescription(
                        "How long the seat of a player who was lost is held for them. 1s to 10m. Applies live.")
                @Default("30s")
                @Size(max = 24)
                String reconnectWindow,
        @JsonPropertyDescription(
                        "Edge of the square zones that presence is shared within, in metres, 8 to 4096.")
                @Default("64")
                @Min(8)
                @Max(4096)
                Integer zoneSize,
        @JsonPropertyDescription(
                        "What each player is told at most of how others move, in kbit/s, 64 to 2048; 256 if absent. Beyond the nearest 30 others take turns as far as it reaches. Two datagrams for each presence, 18 kbit/s for each of presenceRate, are never exceeded.")
                @Min(64)
                @Max(2048)
                @Nullable Integer kbitPerPlayer) {

    // Absent in JSON is null here; everywhere else the components are set, but for those that may
    // be.
    public Simulation(
            @Nullable Integer tickRate,
            @Nullable Integer presenceRate,
            @Nullable String reconnectWindow,
            @Nullable Integer zoneSize,
            @Nullable Integer kbitPerPlayer) {
        this.tickRate =
                Bounds.within("simulation.tickRate", requireNonNullElse(tickRate, 30), 10, 60);
        this.presenceRate =
                Bounds.within(
                        "simulation.presenceRate", requireNonNullElse(presenceRate, 15), 1, 60);
        this.reconnectWindow =
                Bounds.within(
                        "simulation.reconnectWindow",
                        requireNonNullElse(reconnectWindow, "30s"),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(10));
        this.zoneSize =
                Bounds.within("simulation.zoneSize", requireNonNullElse(zoneSize, 64), 8, 4096);
        this.kbitPerPlayer =
                kbitPerPlayer == null
                        ? null
                        : Bounds.within("simulation.kbitPerPlayer", kbitPerPlayer, 64, 2048);
    }

    public Duration reconnectWindowDuration() {
        return Durations.parse(reconnectWindow);
    }
}
