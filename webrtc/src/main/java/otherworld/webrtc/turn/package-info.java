/** A client of TURN servers (RFC 8656), over UDP: what a player does whom no other UDP reaches. */
@NullMarked
package otherworld.webrtc.turn;

import org.jspecify.annotations.NullMarked;
