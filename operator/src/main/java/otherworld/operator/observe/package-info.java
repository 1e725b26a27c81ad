/**
 * Reads what there is: pods, demand, and a World's spec, as values that the planner understands.
 */
@NullMarked
package otherworld.operator.observe;

import org.jspecify.annotations.NullMarked;
