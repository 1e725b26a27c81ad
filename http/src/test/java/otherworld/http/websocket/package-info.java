@NullMarked
package otherworld.http.websocket;

import org.jspecify.annotations.NullMarked;
