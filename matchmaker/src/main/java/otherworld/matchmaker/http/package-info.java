/** What players and their clients call: seats, resuming, Worlds, keys. */
@NullMarked
package otherworld.matchmaker.http;

import org.jspecify.annotations.NullMarked;
