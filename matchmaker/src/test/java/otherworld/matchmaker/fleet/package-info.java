@NullMarked
package otherworld.matchmaker.fleet;

import org.jspecify.annotations.NullMarked;
