@NullMarked
package otherworld.webrtc.dtls;

import org.jspecify.annotations.NullMarked;
