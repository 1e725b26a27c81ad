/** Data channels (RFC 8831) and how they are opened (DCEP, RFC 8832), over one SCTP association. */
@NullMarked
package otherworld.webrtc.channel;

import org.jspecify.annotations.NullMarked;
