/**
 * The local node: a kubelet that runs pods as processes of this machine.
 *
 * <p>{@link otherworld.local.node.LocalNode} is the door. A pod's life is owned by one thread
 * ({@code PodWorker}); what a pod may ask for is listed in {@code PodRules}; environment, probes
 * and status are functions of values.
 */
@NullMarked
package otherworld.local.node;

import org.jspecify.annotations.NullMarked;
