package otherworld.ops.tls;

import java.util.Locale;

/** What a process of ours is; its certificate says so, and no other may act as it. */
public enum Role {
    OPERATOR,
    MATCHMAKER,
    GATEWAY,
    /** Of the Worlds of one namespace. */
    INSTANCE;

    String path() {
        return name().toLowerCase(Locale.ROOT);
    }
}
