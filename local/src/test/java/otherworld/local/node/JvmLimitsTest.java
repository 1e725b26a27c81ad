package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JvmLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "512Mi, 1, -Xmx358m, -XX:ActiveProcessorCount=1",
        "1Gi, 1500m, -Xmx716m, -XX:ActiveProcessorCount=2",
        "1G, 250m, -Xmx667m, -XX:ActiveProcessorCount=1",
        "1Mi, 4, -Xmx16m, -XX:ActiveProcessorCount=4",
    })
    void limitsBecomeFlags(String memory, String cpu, String heap, String processors) {
        Container container =
                Pods.container()
                        .withNewResources()
                        .addToLimits("memory", new Quantity(memory))
                        .addToLimits("cpu", new Quantity(cpu))
                        .endResources()
                        .build();
        assertThat(JvmLimits.apply(List.of("/opt/jdk/bin/java", "-jar", "a.jar"), container))
                .containsExactly("/opt/jdk/bin/java", heap, processors, "-jar", "a.jar");
        assertThat(JvmLimits.apply(List.of("sh", "-c", "true"), container))
                .containsExactly("sh", "-c", "true");
    }

    @Test
    void withoutLimitsTheCommandStays() {
        assertThat(JvmLimits.apply(List.of("java", "Main"), Pods.container().build()))
                .containsExactly("java", "Main");
    }
}
