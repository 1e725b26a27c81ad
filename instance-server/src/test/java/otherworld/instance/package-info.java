/** Tests of the instance server as a process. */
@NullMarked
package otherworld.instance;

import org.jspecify.annotations.NullMarked;
