/**
 * Session descriptions (RFC 8866, 8839, 8841): tolerant in what is read, exact in what is written.
 */
@NullMarked
package otherworld.webrtc.sdp;

import org.jspecify.annotations.NullMarked;
