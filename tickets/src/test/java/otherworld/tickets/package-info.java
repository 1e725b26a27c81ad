@NullMarked
package otherworld.tickets;

import org.jspecify.annotations.NullMarked;
