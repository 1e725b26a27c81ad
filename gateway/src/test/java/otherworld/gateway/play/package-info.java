@NullMarked
package otherworld.gateway.play;

import org.jspecify.annotations.NullMarked;
