package otherworld.persistence;

/**
 * The whole of one entity after a change, or its removal. The array is not copied: nobody changes
 * it afterwards.
 *
 * @param id positive
 * @param body the entity's encoding, opaque to SQL, at most {@value #MAX_BODY_BYTES} bytes; empty
 *     if removed
 */
public record EntityPatch(long id, boolean removed, byte[] body) {
    public static final int MAX_BODY_BYTES = 4096;

    public EntityPatch {
        if (id <= 0) {
            throw new IllegalArgumentException("Entity id " + id + " must be positive");
        }
        if (body.length > MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "Entity %d is %d bytes, more than %d"
                            .formatted(id, body.length, MAX_BODY_BYTES));
        }
        if (removed && body.length > 0) {
            throw new IllegalArgumentException("Entity " + id + " is removed and has a body");
        }
    }
}
