package otherworld.tickets;

/** Where a verifier finds the public keys of the matchmaker. Thread-safe; may block. */
public interface KeySource {
    Lookup find(String kid);

    /** What came of looking for a key. */
    sealed interface Lookup {
        record Found(VerificationKey key) implements Lookup {}

        record Unknown() implements Lookup {}

        /** The source does not answer and the key is not among those read before. */
        record Unavailable(String detail) implements Lookup {}
    }
}
