/**
 * Entities on the wire: their quantised fields, the bytes of one entity against what its receiver
 * has ({@link otherworld.protocol.entity.EntityCodec}), and a client's half, {@link
 * otherworld.protocol.entity.Replica}. docs/protocol.md, Entities, is what it implements; nothing
 * here allocates in a steady state.
 */
@NullMarked
package otherworld.protocol.entity;

import org.jspecify.annotations.NullMarked;
