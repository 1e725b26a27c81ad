@NullMarked
package otherworld.matchmaker.http;

import org.jspecify.annotations.NullMarked;
