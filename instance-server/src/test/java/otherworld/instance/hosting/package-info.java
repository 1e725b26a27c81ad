@NullMarked
package otherworld.instance.hosting;

import org.jspecify.annotations.NullMarked;
