/** The OpenID Connect issuer of a local cluster, so that nothing there is unauthenticated. */
@NullMarked
package otherworld.local.oidc;

import org.jspecify.annotations.NullMarked;
