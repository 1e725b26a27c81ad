@NullMarked
package otherworld.instance.session;

import org.jspecify.annotations.NullMarked;
