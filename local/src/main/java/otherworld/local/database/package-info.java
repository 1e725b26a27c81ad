/** A real SQL database, for tests and for the local cluster: CockroachDB, or PostgreSQL. */
@NullMarked
package otherworld.local.database;

import org.jspecify.annotations.NullMarked;
