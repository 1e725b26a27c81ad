@NullMarked
package otherworld.persistence;

import org.jspecify.annotations.NullMarked;
