/**
 * Binary messages between clients and instances, version 1, as {@code docs/protocol.md} lists them:
 * one record per message with its codec in the same file, generated from {@code protocol/schema}.
 * {@link otherworld.protocol.Messages} is the door. Codecs work on plain byte arrays: no JVM flag,
 * no native memory.
 */
@NullMarked
package otherworld.protocol;

import org.jspecify.annotations.NullMarked;
