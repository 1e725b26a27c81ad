/** Hosting an instance: waiting for its lease, loading it, reporting it, letting it go. */
@NullMarked
package otherworld.instance.hosting;

import org.jspecify.annotations.NullMarked;
