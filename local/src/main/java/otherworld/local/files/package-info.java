/** Folders of the local cluster: cache, temporary, trees; and what must not be lost. */
@NullMarked
package otherworld.local.files;

import org.jspecify.annotations.NullMarked;
