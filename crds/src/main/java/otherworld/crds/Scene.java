package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** The 3D scene of a World. */
@ValidationRule(
        value = "!has(self.url) || self.url.matches('" + Syntax.HTTP_URL + "')",
        message =
                "scene.url must be an http or https URL, such as https://example.org/plaza.glb: without user or password, other characters percent-encoded, other hosts as xn--")
public record Scene(
        @JsonPropertyDescription("URL of a glTF file (.glb or .gltf), http or https.")
                @Required
                @Size(max = 2048)
                String url) {
    public Scene {
        Bounds.given("scene.url", url);
    }
}
