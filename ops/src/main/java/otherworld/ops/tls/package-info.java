/**
 * Certificates: of the players' port, and of the connections between our own processes, where both
 * sides show who they are (docs/internal-tls.md). What is in files is taken up again whenever
 * somebody renews it.
 */
@NullMarked
package otherworld.ops.tls;

import org.jspecify.annotations.NullMarked;
