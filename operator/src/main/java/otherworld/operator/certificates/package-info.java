/**
 * Certificates of our own processes, made by the operator: a small authority, certificates by role,
 * both renewed before they end. {@code Authorities} decides as a pure function; {@code
 * Certificates} brings it to Secrets, which the other processes mount.
 */
@NullMarked
package otherworld.operator.certificates;

import org.jspecify.annotations.NullMarked;
