@NullMarked
package otherworld.ledger;

import org.jspecify.annotations.NullMarked;
