@NullMarked
package otherworld.matchmaker.decisions;

import org.jspecify.annotations.NullMarked;
