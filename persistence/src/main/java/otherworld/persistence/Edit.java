package otherworld.persistence;

import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.base.TraceContext;

/**
 * One player's edit that was applied in memory and must last: atomic, of absolute values. Arrays
 * are not copied: nobody changes them afterwards.
 *
 * @param clientSequence the player's own number of the edit, for idempotence, growing; 0 for edits
 *     of the server itself, which are not remembered for resends
 * @param patches entities as they are after the edit, 1 to {@value #MAX_PATCHES}
 * @param result what the player was answered when it was applied, at most {@value
 *     #MAX_RESULT_BYTES} bytes; returned again if the edit is sent again
 * @param trace by which it is followed; null for most. Not kept
 */
public record Edit(
        PlayerId player,
        long clientSequence,
        List<EntityPatch> patches,
        byte[] result,
        @Nullable TraceContext trace) {
    public static final int MAX_PATCHES = 64;
    public static final int MAX_RESULT_BYTES = 1024;

    /** Of everything in an edit, encoded; {@link PatchWriter#hasRoom} reckons with as much. */
    public static final int MAX_ENCODED_BYTES = 32 * 1024;

    // Length prefixes and numbers, at their longest.
    private static final int OVERHEAD_BYTES = 24;

    /** One that nobody follows. */
    public Edit(PlayerId player, long clientSequence, List<EntityPatch> patches, byte[] result) {
        this(player, clientSequence, patches, result, null);
    }

    public Edit {
        patches = List.copyOf(patches);
        if (clientSequence < 0) {
            throw new IllegalArgumentException(
                    "Client sequence %d must not be negative".formatted(clientSequence));
        }
        if (patches.isEmpty() || patches.size() > MAX_PATCHES) {
            throw new IllegalArgumentException(
                    "An edit has 1 to %d patches, not %d".formatted(MAX_PATCHES, patches.size()));
        }
        if (result.length > MAX_RESULT_BYTES) {
            throw new IllegalArgumentException(
                    "The result of an edit is at most %d bytes, not %d"
                            .formatted(MAX_RESULT_BYTES, result.length));
        }
        int bytes = encodedBytes(player, patches, result);
        if (bytes > MAX_ENCODED_BYTES) {
            throw new IllegalArgumentException(
                    "An edit is at most %d bytes encoded, not %d"
                            .formatted(MAX_ENCODED_BYTES, bytes));
        }
    }

    /** What the edit takes in a group, in bytes, rounded up: at most {@link #MAX_ENCODED_BYTES}. */
    int encodedBytes() {
        return encodedBytes(player, patches, result);
    }

    private static int encodedBytes(PlayerId player, List<EntityPatch> patches, byte[] result) {
        int bytes = OVERHEAD_BYTES + player.value().length() + result.length;
        for (EntityPatch patch : patches) {
            bytes += OVERHEAD_BYTES + patch.body().length;
        }
        return bytes;
    }
}
