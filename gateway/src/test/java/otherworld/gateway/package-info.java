@NullMarked
package otherworld.gateway;

import org.jspecify.annotations.NullMarked;
