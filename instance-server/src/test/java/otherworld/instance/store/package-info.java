@NullMarked
package otherworld.instance.store;

import org.jspecify.annotations.NullMarked;
