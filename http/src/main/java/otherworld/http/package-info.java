/**
 * HTTP/1.1 towards strangers, on Netty's event loops: framing as RFC 9112 asks, deadlines for
 * everything a client does, limits of connections, problem documents for each refusal, CORS.
 * Handlers run on virtual threads and may block, or answer at once on the event loop; one may take
 * its connection over, as WebSocket does.
 */
@NullMarked
package otherworld.http;

import org.jspecify.annotations.NullMarked;
