/**
 * The benches behind {@code ./otherworld bench}. Each starts what it needs as processes of its own,
 * measures from outside, and stops everything.
 */
@NullMarked
package otherworld.benchmarks;

import org.jspecify.annotations.NullMarked;
