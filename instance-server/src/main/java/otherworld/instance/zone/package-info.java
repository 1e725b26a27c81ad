/**
 * Regions of a World within which presence and props are shared, and the log of who entered and
 * left them.
 */
@NullMarked
package otherworld.instance.zone;

import org.jspecify.annotations.NullMarked;
