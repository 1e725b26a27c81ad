/** Signed tickets and session tokens: claims, signing, checking. */
@NullMarked
package otherworld.tickets;

import org.jspecify.annotations.NullMarked;
