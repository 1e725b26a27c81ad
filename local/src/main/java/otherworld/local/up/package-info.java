/**
 * {@code ./otherworld up}, {@code down}, {@code status} and {@code logs}. One detached supervisor
 * owns every process of a local cluster; the commands read the files it keeps in the state folder
 * ({@link otherworld.local.up.Home}) and signal it.
 */
@NullMarked
package otherworld.local.up;

import org.jspecify.annotations.NullMarked;
