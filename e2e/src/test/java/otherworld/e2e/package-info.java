/** Tests of the whole system, and the rules that hold between its modules. */
@NullMarked
package otherworld.e2e;

import org.jspecify.annotations.NullMarked;
