@NullMarked
package otherworld.local.oidc;

import org.jspecify.annotations.NullMarked;
