package otherworld.operator.observe;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.crds.WorldSpec;

/**
 * Hash of the fields of a World that only a new pod can take up. Made of what the user wrote and of
 * nothing else: upgrading the operator, or its default image, rolls nothing. capacity, spareSeats,
 * reconnectWindow and permissions apply live and are not in it.
 */
public final class Revision {
    private static final int LENGTH_BYTES = 5;

    private Revision() {}

    public static String of(WorldSpec spec) {
        List<@Nullable Object> fields = new ArrayList<>();
        fields.add(spec.template());
        fields.add(spec.scene());
        fields.add(spec.simulation().tickRate());
        fields.add(spec.simulation().presenceRate());
        fields.add(spec.simulation().zoneSize());
        fields.add(spec.persistence().mode());
        fields.add(spec.persistence().connectionSecretRef());
        fields.add(spec.network());
        if (spec.simulation().kbitPerPlayer() != null) { // it came later: absent, nothing is rolled
            fields.add(spec.simulation().kbitPerPlayer());
        }
        String json = Serialization.asJson(fields);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(json.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, LENGTH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
