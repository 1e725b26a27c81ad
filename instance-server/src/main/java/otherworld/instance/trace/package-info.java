/**
 * What of an instance's work is recorded as traces: a player's way from Hello to the first snapshot
 * and an edit's way to the database. Knows no connection and no database.
 */
@NullMarked
package otherworld.instance.trace;

import org.jspecify.annotations.NullMarked;
