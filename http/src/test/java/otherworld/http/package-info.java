@NullMarked
package otherworld.http;

import org.jspecify.annotations.NullMarked;
