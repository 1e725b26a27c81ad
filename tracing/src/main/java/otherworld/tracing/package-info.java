/**
 * What players wait for, as OpenTelemetry traces: spans are values that are made once something is
 * over, and given to a bounded queue; one thread behind it exports them by OTLP. With tracing off
 * nothing is made, and no class of OpenTelemetry is loaded.
 */
@NullMarked
package otherworld.tracing;

import org.jspecify.annotations.NullMarked;
