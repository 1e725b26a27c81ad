/** Non-blocking UDP sockets and the one thread that owns all state behind them. */
@NullMarked
package otherworld.webrtc.udp;

import org.jspecify.annotations.NullMarked;
