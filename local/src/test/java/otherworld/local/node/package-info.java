@NullMarked
package otherworld.local.node;

import org.jspecify.annotations.NullMarked;
