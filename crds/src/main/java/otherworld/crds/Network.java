package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How players reach instances. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.tls) || !has(self.mode) || self.mode != 'Gateway'",
        message =
                "network.tls is for mode HostPort: with Gateway, TLS ends before the gateway, at the Ingress or load balancer. Leave network.tls out")
@ValidationRule(
        value =
                "!has(self.mode) || self.mode != 'Gateway' || !has(self.turn) || !has(self.turn.urls) || self.turn.urls.exists(url, url.startsWith('turn'))",
        message =
                "network.turn with mode Gateway must have a turn: or turns: server, which is then WebRTC's only way: STUN alone leads nowhere. Add one, or leave network.turn out for WebSocket alone")
public record Network(
        @JsonPropertyDescription(
                        "HostPort: each pod has one port of its node, 20000 to 29999, unique among all Worlds. Gateway: pods have no host port and ask for nothing that Pod Security 'restricted' refuses; players come through the release's gateway, WebRTC by TURN alone. A change reaches running instances as a changed template does.")
                @Default("HostPort")
                Mode mode,
        @JsonPropertyDescription(
                        "STUN and TURN servers for players whose networks do not let WebRTC through to a node. Without them such players use WebSocket.")
                @Nullable Turn turn,
        @JsonPropertyDescription(
                        "With HostPort: TLS on the players' port. Without it only pages that are not https themselves may connect, and native clients.")
                @Nullable Tls tls) {

    /** How players reach instances. */
    public enum Mode {
        HostPort,
        Gateway
    }

    // Absent in JSON is null here; everywhere else mode is set.
    public Network(@Nullable Mode mode, @Nullable Turn turn, @Nullable Tls tls) {
        this.mode = requireNonNullElse(mode, Mode.HostPort);
        this.turn = turn;
        this.tls = tls;
    }

    /** Whether there is a TURN server. */
    public boolean relays() {
        return turn != null && turn.urls().stream().anyMatch(url -> url.startsWith("turn"));
    }
}
