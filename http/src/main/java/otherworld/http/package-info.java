/**
 * HTTP/1.1 towards strangers, on one Netty event loop: framing as RFC 9112 asks, deadlines for
 * everything a client does, limits of connections, problem documents for each refusal, CORS.
 * Handlers run on virtual threads and may block.
 */
@NullMarked
package otherworld.http;

import org.jspecify.annotations.NullMarked;
