/** The benches of {@code ./otherworld bench}. */
@NullMarked
package otherworld.benchmarks;

import org.jspecify.annotations.NullMarked;
