/** The run after a build that makes start-up caches for it. */
@NullMarked
package otherworld.training;

import org.jspecify.annotations.NullMarked;
