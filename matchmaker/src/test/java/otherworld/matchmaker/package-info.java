@NullMarked
package otherworld.matchmaker;

import org.jspecify.annotations.NullMarked;
