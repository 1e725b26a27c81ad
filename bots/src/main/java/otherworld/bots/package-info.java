/**
 * Bot players that use nothing but the public interfaces (OIDC, the matchmaker's REST, the binary
 * protocol), and oracles that compare what they saw and were promised with what the servers say and
 * the database holds. {@link otherworld.bots.BotRun} is the door for programs, {@link
 * otherworld.bots.Main} for people.
 */
@NullMarked
package otherworld.bots;

import org.jspecify.annotations.NullMarked;
