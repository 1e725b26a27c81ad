@NullMarked
package otherworld.instance.simulation;

import org.jspecify.annotations.NullMarked;
