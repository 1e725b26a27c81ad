package otherworld.local.up;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** Worlds as a Kubernetes client sees them that knows no more of their type than its name. */
public final class WorldResources {
    public static final ResourceDefinitionContext WORLDS =
            new ResourceDefinitionContext.Builder()
                    .withGroup("otherworld.dev")
                    .withVersion("v1alpha1")
                    .withKind("World")
                    .withPlural("worlds")
                    .withNamespaced(true)
                    .build();

    private WorldResources() {}
}
