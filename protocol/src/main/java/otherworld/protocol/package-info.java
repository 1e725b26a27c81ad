/** Binary messages between clients and instances, each with its codec in one file. */
@NullMarked
package otherworld.protocol;

import org.jspecify.annotations.NullMarked;
