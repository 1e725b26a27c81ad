/**
 * Seats players. {@link otherworld.matchmaker.Main} starts the process; {@code http} answers
 * players, {@code fleet} talks with the operator. All state is in the seat ledger, so any number of
 * matchmakers run side by side.
 */
@NullMarked
package otherworld.matchmaker;

import org.jspecify.annotations.NullMarked;
