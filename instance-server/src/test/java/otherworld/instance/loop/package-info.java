@NullMarked
package otherworld.instance.loop;

import org.jspecify.annotations.NullMarked;
