/** Images, chart and manifests: that they say what the processes say, and install. */
@NullMarked
package otherworld.e2e.deploy;

import org.jspecify.annotations.NullMarked;
