package otherworld.tickets;

import java.util.Map;

/** Keys that are known from the start: the matchmaker's own, or a test's. */
public final class StaticKeySource implements KeySource {
    private final Map<String, VerificationKey> keys;

    /**
     * @param jwkSet a JWK Set as JSON; private parts are ignored
     * @throws IllegalArgumentException if it is not one
     */
    public StaticKeySource(String jwkSet) {
        keys = VerificationKey.parse(jwkSet);
    }

    @Override
    public Lookup find(String kid) {
        VerificationKey key = keys.get(kid);
        return key == null ? new Lookup.Unknown() : new Lookup.Found(key);
    }
}
