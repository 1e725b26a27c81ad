/**
 * Who may be here: seats by number and generation, admission with a ticket, resuming with a session
 * token.
 */
@NullMarked
package otherworld.instance.session;

import org.jspecify.annotations.NullMarked;
