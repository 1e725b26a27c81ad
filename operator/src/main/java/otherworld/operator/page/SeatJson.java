package otherworld.operator.page;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import otherworld.fleet.v1.SeatDecision;

/**
 * Decisions about players. Who may not see who they are gets short names that tell one from another
 * and mean nothing elsewhere, nor after a restart.
 */
final class SeatJson {
    private static final int KEY_BYTES = 32;
    private static final int NAME_BYTES = 3;

    private final SecretKeySpec key;

    SeatJson() {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
    }

    /**
     * @param named whether the reader may see who the player is
     */
    void write(JsonGenerator json, String world, SeatDecision decision, boolean named)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("world", world);
        json.writeStringField("at", Instant.ofEpochMilli(decision.getAtMs()).toString());
        json.writeStringField("player", named ? decision.getPlayer() : alias(decision.getPlayer()));
        json.writeStringField("outcome", outcome(decision.getOutcome()));
        json.writeStringField("reason", decision.getReason());
        json.writeStringField("detail", decision.getDetail());
        if (decision.getHasInstance()) {
            json.writeNumberField("instance", decision.getInstance());
        }
        if (decision.getOutcome() == SeatDecision.Outcome.SEATED) {
            json.writeNumberField("seat", decision.getSeat());
            json.writeNumberField("waitedMs", decision.getWaitedMs());
        }
        json.writeArrayFieldStart("passed");
        for (SeatDecision.Passed passed : decision.getPassedList()) {
            json.writeStartObject();
            json.writeNumberField("instance", passed.getInstance());
            json.writeStringField("reason", passed.getReason());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String outcome(SeatDecision.Outcome outcome) {
        return switch (outcome) {
            case SEATED -> "Seated";
            case WAITING -> "Waiting";
            case REFUSED -> "Refused";
            case RESUMED -> "Resumed";
            case OUTCOME_UNSPECIFIED, UNRECOGNIZED -> "Other";
        };
    }

    /** Such as {@code ~3fa91c}. */
    String alias(String player) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] code = mac.doFinal(player.getBytes(StandardCharsets.UTF_8));
            return "~" + HexFormat.of().formatHex(code, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
