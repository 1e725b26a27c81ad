/**
 * Signed tickets and session tokens (docs/tickets.md): the matchmaker signs with {@link
 * otherworld.tickets.TicketSigner}, instances check with {@link otherworld.tickets.TicketVerifier}.
 */
@NullMarked
package otherworld.tickets;

import org.jspecify.annotations.NullMarked;
