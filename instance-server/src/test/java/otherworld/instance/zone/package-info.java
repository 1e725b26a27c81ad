@NullMarked
package otherworld.instance.zone;

import org.jspecify.annotations.NullMarked;
