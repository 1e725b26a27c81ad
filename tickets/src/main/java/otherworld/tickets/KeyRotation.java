package otherworld.tickets;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps by which the matchmaker's signing keys are exchanged with nobody noticing: {@link #add}
 * publishes a new key, {@link #promote} lets it sign, {@link #retire} forgets the old ones. Between
 * them every matchmaker must have read the set, and before the last no session may be signed by an
 * old key any more. Sets are JSON texts with private keys: secrets.
 */
public final class KeyRotation {
    private KeyRotation() {}

    /** The set with a new key at its end, where it signs nothing yet. */
    public static String add(String set) {
        List<JWK> keys = read(set);
        keys.addAll(read(SigningKeys.generate()));
        return write(keys);
    }

    /**
     * The set with its last key at the front, where it signs.
     *
     * @throws IllegalArgumentException if there is no second key
     */
    public static String promote(String set) {
        List<JWK> keys = read(set);
        if (keys.size() < 2) {
            throw new IllegalArgumentException(
                    "the set has one key, which signs already: add one first");
        }
        keys.addFirst(keys.removeLast());
        return write(keys);
    }

    /** The set with the key that signs alone. */
    public static String retire(String set) {
        return write(read(set).subList(0, 1));
    }

    private static List<JWK> read(String set) {
        SigningKeys.check(set);
        try {
            return new ArrayList<>(JWKSet.parse(set).getKeys());
        } catch (ParseException e) {
            throw new IllegalStateException("a set that was checked can be parsed", e);
        }
    }

    private static String write(List<JWK> keys) {
        return new JWKSet(keys).toString(false);
    }
}
