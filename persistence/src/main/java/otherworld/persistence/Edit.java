package otherworld.persistence;

import java.util.List;
import otherworld.base.PlayerId;

/**
 * One player's edit that was applied in memory and must last: atomic, of absolute values.
 *
 * @param clientSequence the player's own number of the edit, for idempotence; 0 for edits of the
 *     server itself
 * @param patches entities as they are after the edit
 * @param result what the player was answered when it was applied; returned again if the edit is
 *     sent again
 */
public record Edit(
        PlayerId player, long clientSequence, List<EntityPatch> patches, byte[] result) {}
