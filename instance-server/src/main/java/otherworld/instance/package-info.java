/** One process that simulates one instance of a World. */
@NullMarked
package otherworld.instance;

import org.jspecify.annotations.NullMarked;
