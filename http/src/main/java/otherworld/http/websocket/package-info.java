/**
 * WebSocket (RFC 6455), to the letter: the handshake, and frames in both directions. No extensions,
 * so no compression: what is sent is small, dense and hot.
 */
@NullMarked
package otherworld.http.websocket;

import org.jspecify.annotations.NullMarked;
