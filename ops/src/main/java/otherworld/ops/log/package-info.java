/** The log of every process: a provider for SLF4J 2, one line per event. */
@NullMarked
package otherworld.ops.log;

import org.jspecify.annotations.NullMarked;
