/** Carries out a plan's actions against the API server. */
@NullMarked
package otherworld.operator.act;

import org.jspecify.annotations.NullMarked;
