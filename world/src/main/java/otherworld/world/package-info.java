/**
 * What there is in an instance and where: entities as a struct of arrays, the zones they are in,
 * and the rules by which they move and are edited. It has one owner thread and knows neither
 * players' connections nor where anything is kept.
 */
@NullMarked
package otherworld.world;

import org.jspecify.annotations.NullMarked;
