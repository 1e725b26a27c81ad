/**
 * HTTP/1.1 of the players' port (RFC 9112), to the letter and no more than an instance needs: small
 * requests, one answered after the other, each with its deadline. What is not exactly a request is
 * refused and its connection ends, so that no two readers can understand it differently.
 */
@NullMarked
package otherworld.instance.transport.http;

import org.jspecify.annotations.NullMarked;
