/** Other WebRTC stacks against our port. */
@NullMarked
package otherworld.webrtc.interop;

import org.jspecify.annotations.NullMarked;
