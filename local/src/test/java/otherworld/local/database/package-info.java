@NullMarked
package otherworld.local.database;

import org.jspecify.annotations.NullMarked;
