/** Ticket keys that are exchanged while players come and go. */
@NullMarked
package otherworld.e2e.keys;

import org.jspecify.annotations.NullMarked;
