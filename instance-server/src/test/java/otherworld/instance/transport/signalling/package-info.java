@NullMarked
package otherworld.instance.transport.signalling;

import org.jspecify.annotations.NullMarked;
