/** Values and helpers that every process shares: ids, settings, clocks. */
@NullMarked
package otherworld.base;

import org.jspecify.annotations.NullMarked;
