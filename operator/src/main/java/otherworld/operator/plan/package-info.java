/**
 * Decides what a World's fleet needs: a pure function from what is observed to a list of actions,
 * each with its reason. It knows no Kubernetes client, no gRPC and no clock.
 */
@NullMarked
package otherworld.operator.plan;

import org.jspecify.annotations.NullMarked;
