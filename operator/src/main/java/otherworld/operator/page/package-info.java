/**
 * The page for people, at {@code /} of a listener of its own: what the fleet is, how players have
 * it, what was decided and why. Read-only; what it costs is bounded whoever looks at it.
 */
@NullMarked
package otherworld.operator.page;

import org.jspecify.annotations.NullMarked;
