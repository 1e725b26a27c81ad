/**
 * What an instance keeps in SQL: its lease (who is the single writer), its entities and patch
 * journal, and the results of recent edits. The schema is in {@code migration/}.
 */
@NullMarked
package otherworld.persistence;

import org.jspecify.annotations.NullMarked;
