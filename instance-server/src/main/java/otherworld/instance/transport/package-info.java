/**
 * Connections of players: WebSocket over Helidon, bounded outboxes, one reader and one writer
 * thread each.
 */
@NullMarked
package otherworld.instance.transport;

import org.jspecify.annotations.NullMarked;
