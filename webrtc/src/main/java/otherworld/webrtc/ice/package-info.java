/** ICE (RFC 8445): credentials, candidates, connectivity checks, consent (RFC 7675). */
@NullMarked
package otherworld.webrtc.ice;

import org.jspecify.annotations.NullMarked;
