/**
 * The one thread that owns an instance's state: its duty cycle, movement, edits. Knows no network,
 * no database, no clock but the one it is given.
 */
@NullMarked
package otherworld.instance.loop;

import org.jspecify.annotations.NullMarked;
