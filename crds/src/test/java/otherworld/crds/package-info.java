@NullMarked
package otherworld.crds;

import org.jspecify.annotations.NullMarked;
