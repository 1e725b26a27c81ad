/** The cluster behind {@code ./otherworld up}. */
@NullMarked
package otherworld.local;

import org.jspecify.annotations.NullMarked;
