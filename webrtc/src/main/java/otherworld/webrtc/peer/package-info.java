/**
 * What both sides of a connection have in common once datagrams flow: DTLS, and data channels in
 * it.
 */
@NullMarked
package otherworld.webrtc.peer;

import org.jspecify.annotations.NullMarked;
