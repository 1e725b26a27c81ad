@NullMarked
package otherworld.local.controlplane;

import org.jspecify.annotations.NullMarked;
