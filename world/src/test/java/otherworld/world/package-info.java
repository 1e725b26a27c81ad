@NullMarked
package otherworld.world;

import org.jspecify.annotations.NullMarked;
