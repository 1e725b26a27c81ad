/** The offering side, for bots and tests: many peers that share a socket and a thread. */
@NullMarked
package otherworld.webrtc.client;

import org.jspecify.annotations.NullMarked;
