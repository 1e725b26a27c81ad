@NullMarked
package otherworld.instance.transport.websocket;

import org.jspecify.annotations.NullMarked;
