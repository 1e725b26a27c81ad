@NullMarked
package otherworld.instance.transport;

import org.jspecify.annotations.NullMarked;
