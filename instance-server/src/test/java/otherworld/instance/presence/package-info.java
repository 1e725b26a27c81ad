@NullMarked
package otherworld.instance.presence;

import org.jspecify.annotations.NullMarked;
