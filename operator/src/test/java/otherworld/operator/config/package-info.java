@NullMarked
package otherworld.operator.config;

import org.jspecify.annotations.NullMarked;
