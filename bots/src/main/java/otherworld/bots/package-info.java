/** Bot players. */
@NullMarked
package otherworld.bots;

import org.jspecify.annotations.NullMarked;
