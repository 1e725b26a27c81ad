/**
 * WebSocket of the players' port (RFC 6455), to the letter: the handshake, frames in both
 * directions, and one connection as a session's link. No extensions, so no compression: what is
 * sent is small, dense and hot.
 */
@NullMarked
package otherworld.instance.transport.websocket;

import org.jspecify.annotations.NullMarked;
