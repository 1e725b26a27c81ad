/** Folders of the local cluster: cache, temporary, trees. */
@NullMarked
package otherworld.local.files;

import org.jspecify.annotations.NullMarked;
