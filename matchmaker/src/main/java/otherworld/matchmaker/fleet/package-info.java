/** What the operator calls: its fleet goes into the ledger, demand comes out of it. */
@NullMarked
package otherworld.matchmaker.fleet;

import org.jspecify.annotations.NullMarked;
