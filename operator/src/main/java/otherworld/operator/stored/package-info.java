/**
 * Worlds as the API server stores them, whatever that is. What cannot be read is a value here, an
 * {@link otherworld.operator.stored.UnreadableWorld}, so that it concerns one World alone; {@code
 * WorldController} keeps it from everything that works with a spec.
 */
@NullMarked
package otherworld.operator.stored;

import org.jspecify.annotations.NullMarked;
