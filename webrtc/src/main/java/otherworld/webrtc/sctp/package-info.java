/**
 * SCTP (RFC 9260) as WebRTC uses it: a state machine without I/O, threads or a clock of its own.
 */
@NullMarked
package otherworld.webrtc.sctp;

import org.jspecify.annotations.NullMarked;
