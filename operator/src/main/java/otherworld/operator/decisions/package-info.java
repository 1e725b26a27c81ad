/**
 * What was decided about fleets, and why, as it was decided: kept for a while, in bounded memory,
 * for the page and for {@code why}.
 */
@NullMarked
package otherworld.operator.decisions;

import org.jspecify.annotations.NullMarked;
