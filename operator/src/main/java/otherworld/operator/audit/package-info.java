/**
 * What of Worlds and their pods was changed, by whom as far as the API server knows: docs/audit.md.
 */
@NullMarked
package otherworld.operator.audit;

import org.jspecify.annotations.NullMarked;
