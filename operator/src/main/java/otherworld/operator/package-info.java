/**
 * Keeps the fleet of each World. The way through the code is {@code WorldReconciler.reconcile}:
 * observe → plan → act → report.
 *
 * <p>Permissions that the operator needs are in {@code rbac.yaml} beside this package's classes;
 * the integration tests run the operator with exactly these.
 */
@NullMarked
package otherworld.operator;

import org.jspecify.annotations.NullMarked;
