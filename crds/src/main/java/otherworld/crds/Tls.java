package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** TLS on the players' port of instances, so that https pages may connect. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Tls(
        @JsonPropertyDescription(
                        "Secret of type kubernetes.io/tls in the World's namespace, with tls.crt and tls.key, as cert-manager makes it. It must be for the names that players are told: see the operator's endpoint host. A renewed certificate is taken up within a minute, and ends no session.")
                @Required
                SecretRef secretRef) {

    /** A Secret in the World's namespace. */
    @ValidationRule(
            value = "!has(self.name) || self.name.matches('" + Syntax.OBJECT_NAME + "')",
            message =
                    "network.tls.secretRef.name must be the name of a Secret: a-z, 0-9, '-' and '.', such as play-tls")
    public record SecretRef(
            @JsonPropertyDescription("Name of the Secret.") @Required @Size(max = 253)
                    String name) {
        public SecretRef {
            Bounds.given("network.tls.secretRef.name", name);
        }
    }

    public Tls {
        Bounds.given("network.tls.secretRef", secretRef);
    }
}
