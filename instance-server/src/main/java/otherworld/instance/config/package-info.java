/** What an instance is told at start, and the limits it holds itself to. */
@NullMarked
package otherworld.instance.config;

import org.jspecify.annotations.NullMarked;
