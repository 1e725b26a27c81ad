package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.base.Durations;

/** STUN and TURN servers (RFC 8489, RFC 8656) that clients are told of. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.urls) || self.urls.all(url, url.matches('" + Syntax.TURN_URL + "'))",
        message =
                "network.turn.urls must be STUN or TURN URLs such as turn:turn.example.org:3478, turns:turn.example.org:5349?transport=tcp or stun:stun.example.org, with ports from 1 to 65535 and a transport for turn: and turns: alone")
@ValidationRule(
        value =
                "has(self.secretRef) || !has(self.urls) || self.urls.all(url, url.startsWith('stun'))",
        message =
                "network.turn.secretRef must name the Secret with the secret that the turn: and turns: servers share")
@ValidationRule(
        value =
                "self.ttl.matches('"
                        + Durations.PATTERN
                        + "') && self.ttl != '' && duration(self.ttl) >= duration('1m') && duration(self.ttl) <= duration('24h')",
        message = "network.turn.ttl must be a duration from 1m to 24h, such as 30m, 1h or 12h")
public record Turn(
        @JsonPropertyDescription(
                        "STUN and TURN servers, at most 4, best first, such as turn:turn.example.org:3478.")
                @Required
                @Size(min = 1, max = 4)
                List<@Size(max = 256) String> urls,
        @JsonPropertyDescription(
                        "Secret in the World's namespace with what the TURN servers know as static-auth-secret. Players get credentials of limited life made from it, never the secret.")
                @Nullable SecretKeyRef secretRef,
        @JsonPropertyDescription("How long a player's credentials last. 1m to 24h.")
                @Default("1h")
                @Size(max = 24)
                String ttl) {

    /** One key of a Secret in the World's namespace. */
    @ValidationRule(
            value = "!has(self.name) || self.name.matches('" + Syntax.OBJECT_NAME + "')",
            message =
                    "network.turn.secretRef.name must be the name of a Secret: a-z, 0-9, '-' and '.', such as turn")
    @ValidationRule(
            value = "!has(self.key) || self.key.matches('" + Syntax.DATA_KEY + "')",
            message =
                    "network.turn.secretRef.key must be a key of a Secret: letters, digits, '-', '_' and '.', such as secret")
    public record SecretKeyRef(
            @JsonPropertyDescription("Name of the Secret.") @Required @Size(max = 253) String name,
            @JsonPropertyDescription("Key in it.") @Default("secret") @Size(max = 253) String key) {

        public SecretKeyRef(String name, @Nullable String key) {
            this.name = Bounds.given("network.turn.secretRef.name", name);
            this.key = requireNonNullElse(key, "secret");
        }
    }

    // Absent in JSON is null here; everywhere else the components are set, except secretRef.
    public Turn(List<String> urls, @Nullable SecretKeyRef secretRef, @Nullable String ttl) {
        this.urls = List.copyOf(Bounds.given("network.turn.urls", urls));
        this.secretRef = secretRef;
        this.ttl =
                Bounds.within(
                        "network.turn.ttl",
                        requireNonNullElse(ttl, "1h"),
                        Duration.ofMinutes(1),
                        Duration.ofHours(24));
    }

    public Duration ttlDuration() {
        return Durations.parse(ttl);
    }
}
