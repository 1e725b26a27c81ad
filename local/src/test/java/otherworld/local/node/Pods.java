package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;

/** Pods for tests. */
final class Pods {
    static final String IMAGE = "test/image:1";
    static final ImageCommands IMAGES = new ImageCommands(Map.of(IMAGE, List.of("true")));

    private Pods() {}

    static ContainerBuilder container() {
        return new ContainerBuilder().withName("main").withImage(IMAGE);
    }

    static Pod pod(Container... containers) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("plaza-0-1")
                .withUid("0e1f")
                .withLabels(Map.of("otherworld.dev/world", "plaza"))
                .withAnnotations(Map.of("note", "text"))
                .endMetadata()
                .withNewSpec()
                .withNodeName("local")
                .withServiceAccountName("default")
                .withRestartPolicy("Never")
                .withContainers(containers)
                .endSpec()
                .build();
    }
}
