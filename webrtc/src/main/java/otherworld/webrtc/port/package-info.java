/**
 * One UDP port for all peers of a process: who a datagram belongs to, and the thread that owns it
 * all.
 */
@NullMarked
package otherworld.webrtc.port;

import org.jspecify.annotations.NullMarked;
