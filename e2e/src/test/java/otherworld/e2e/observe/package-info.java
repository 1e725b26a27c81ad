/**
 * What is shown of the system: metrics, rules, alerts, dashboards and runbooks agree with each
 * other and with what runs.
 */
@NullMarked
package otherworld.e2e.observe;

import org.jspecify.annotations.NullMarked;
