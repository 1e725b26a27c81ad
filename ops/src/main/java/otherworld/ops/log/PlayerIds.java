package otherworld.ops.log;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;

/**
 * How logs and traces name players. An id is the {@code sub} of their tokens: it identifies a
 * person to whoever has the issuer's accounts, so it is personal data.
 */
public enum PlayerIds {
    PLAIN {
        @Override
        public String shown(PlayerId player) {
            return player.value();
        }
    },
    /**
     * The first 16 digits of the SHA-256: a pseudonym. Whoever guesses an id finds it by its hash.
     */
    HASH {
        @Override
        public String shown(PlayerId player) {
            try {
                byte[] digest =
                        MessageDigest.getInstance("SHA-256")
                                .digest(player.value().getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest, 0, 8);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("SHA-256 is part of every JDK", e);
            }
        }
    },
    NONE {
        @Override
        public String shown(PlayerId player) {
            return "";
        }
    };

    static final String SETTING = "OTHERWORLD_PLAYER_IDS";

    /** Of this process. */
    public static final PlayerIds SET = of(System.getenv(SETTING));

    /**
     * @param setting {@code plain}, which it is if nothing is set, {@code hash} or {@code none}; of
     *     anything else less is shown rather than more
     */
    static PlayerIds of(@Nullable String setting) {
        if (setting == null || setting.isEmpty()) {
            return PLAIN;
        }
        for (PlayerIds known : values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(setting.toLowerCase(Locale.ROOT))) {
                return known;
            }
        }
        return NONE;
    }

    /** What is written of a player; empty: nothing. */
    public abstract String shown(PlayerId player);
}
