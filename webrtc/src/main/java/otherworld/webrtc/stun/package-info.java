/** STUN messages (RFC 8489): reading, checking and answering them. */
@NullMarked
package otherworld.webrtc.stun;

import org.jspecify.annotations.NullMarked;
