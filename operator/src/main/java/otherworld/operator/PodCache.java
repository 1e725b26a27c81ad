package otherworld.operator;

import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import otherworld.crds.World;
import otherworld.operator.act.Actuator;
import otherworld.operator.observe.Pods;

/**
 * Pods as the watch tells them, and as the API server answered to the operator's own changes before
 * the watch did.
 */
final class PodCache implements Actuator.Cache {
    private final InformerEventSource<Pod, World> source;

    PodCache(InformerEventSource<Pod, World> source) {
        this.source = source;
    }

    List<Pod> of(World world) {
        return source.getSecondaryResources(world).stream()
                .filter(pod -> Pods.ownedBy(world, pod))
                .toList();
    }

    /** Host ports of the pods of all Worlds. */
    Set<Integer> portsInUse() {
        return source.list().map(Pods::port).collect(Collectors.toSet());
    }

    @Override
    public void created(Pod pod) {
        source.handleRecentResourceCreate(ResourceID.fromResource(pod), pod);
    }

    @Override
    public void updated(Pod pod, Pod before) {
        source.handleRecentResourceUpdate(ResourceID.fromResource(pod), pod, before);
    }

    @Override
    public Optional<Pod> get(String namespace, String name) {
        return source.get(new ResourceID(name, namespace));
    }
}
