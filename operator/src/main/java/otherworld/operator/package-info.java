/** Keeps the fleet of each World. */
@NullMarked
package otherworld.operator;

import org.jspecify.annotations.NullMarked;
