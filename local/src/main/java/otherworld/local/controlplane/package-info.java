/** A real Kubernetes control plane on loopback, for tests and for the local cluster. */
@NullMarked
package otherworld.local.controlplane;

import org.jspecify.annotations.NullMarked;
