@NullMarked
package otherworld.instance.ownership;

import org.jspecify.annotations.NullMarked;
