/**
 * Requests of players that are no WebSocket: WebRTC's signalling, and whether an instance lives.
 */
@NullMarked
package otherworld.gateway.forward;

import org.jspecify.annotations.NullMarked;
