/**
 * What metrics there are: each process declares its own in one {@link
 * otherworld.ops.metric.Catalogue}, and registers them from there and from nowhere else.
 * docs/metrics.md is written from all of them; rules, alerts and dashboards are held to them.
 */
@NullMarked
package otherworld.ops.metric;

import org.jspecify.annotations.NullMarked;
