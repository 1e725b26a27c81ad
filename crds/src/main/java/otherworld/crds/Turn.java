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
        value = "self.urls.all(url, url.matches('" + Turn.URL_PATTERN + "'))",
        message =
                "network.turn.urls must be STUN or TURN URLs such as turn:turn.example.org:3478, turns:turn.example.org:5349?transport=tcp or stun:stun.example.org")
@ValidationRule(
        value = "has(self.secretRef) || self.urls.all(url, url.startsWith('stun'))",
        message =
                "network.turn.secretRef must name the Secret with the secret that the turn: and turns: servers share")
@ValidationRule(
        value =
                "self.ttl.matches('"
                        + Durations.PATTERN
                        + "') && duration(self.ttl) >= duration('1m') && duration(self.ttl) <= duration('24h')",
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
                @Size(min = 2, max = 24)
                String ttl) {

    /** RFC 7064 and RFC 7065. */
    static final String URL_PATTERN =
            "^(stun|stuns|turn|turns):([A-Za-z0-9.-]+|[[][0-9A-Fa-f:.]+[]])(:[0-9]{1,5})?([?]transport=(udp|tcp))?$";

    /** One key of a Secret in the World's namespace. */
    public record SecretKeyRef(
            @JsonPropertyDescription("Name of the Secret.") @Required @Size(min = 1, max = 253)
                    String name,
            @JsonPropertyDescription("Key in it.") @Default("secret") @Size(min = 1, max = 253)
                    String key) {

        public SecretKeyRef(String name, @Nullable String key) {
            this.name = name;
            this.key = requireNonNullElse(key, "secret");
        }
    }

    // Absent in JSON is null here; everywhere else the components are set, except secretRef.
    public Turn(List<String> urls, @Nullable SecretKeyRef secretRef, @Nullable String ttl) {
        this.urls = List.copyOf(urls);
        this.secretRef = secretRef;
        this.ttl = requireNonNullElse(ttl, "1h");
    }

    public Duration ttlDuration() {
        return Durations.parse(ttl);
    }
}
