/**
 * Says what a World is, in conditions that a person can act on; the one place that writes status.
 */
@NullMarked
package otherworld.operator.status;

import org.jspecify.annotations.NullMarked;
