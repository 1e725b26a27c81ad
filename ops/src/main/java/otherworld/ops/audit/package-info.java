/**
 * The audit log: what people and their tools changed, in lines of a stable schema (docs/audit.md).
 */
@NullMarked
package otherworld.ops.audit;

import org.jspecify.annotations.NullMarked;
