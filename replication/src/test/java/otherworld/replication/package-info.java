@NullMarked
package otherworld.replication;

import org.jspecify.annotations.NullMarked;
