@NullMarked
package otherworld.instance.transport.http;

import org.jspecify.annotations.NullMarked;
