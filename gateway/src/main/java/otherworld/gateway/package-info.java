/**
 * The edge for Worlds with {@code network.mode: Gateway}: a stateless process before instances that
 * have no address of their own towards players. It answers {@code /i/WORLD/ORDINAL/…} as the
 * instance itself would answer {@code /…}: it looks at the ticket, finds the pod in the seat
 * ledger, and carries what both sides say. Any number of replicas; none knows of the others.
 */
@NullMarked
package otherworld.gateway;

import org.jspecify.annotations.NullMarked;
