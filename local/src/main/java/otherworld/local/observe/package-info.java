/** Prometheus and Alertmanager beside a local cluster: found, configured, started. */
@NullMarked
package otherworld.local.observe;

import org.jspecify.annotations.NullMarked;
