/**
 * How a client's WebRTC connection comes about: offers and answers over HTTP (RFC 9725), and the
 * STUN and TURN servers it may use. Nothing here is kept for who has no genuine token.
 */
@NullMarked
package otherworld.instance.transport.signalling;

import org.jspecify.annotations.NullMarked;
