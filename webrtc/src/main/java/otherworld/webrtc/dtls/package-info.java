/** DTLS 1.2 by Bouncy Castle: certificates, fingerprints, handshakes, records. */
@NullMarked
package otherworld.webrtc.dtls;

import org.jspecify.annotations.NullMarked;
