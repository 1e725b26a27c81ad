@NullMarked
package otherworld.instance.config;

import org.jspecify.annotations.NullMarked;
