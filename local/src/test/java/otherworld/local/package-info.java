/** Tests of what surrounds the local cluster. */
@NullMarked
package otherworld.local;

import org.jspecify.annotations.NullMarked;
