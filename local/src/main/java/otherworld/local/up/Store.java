package otherworld.local.up;

import java.util.Locale;

/** A part of the cluster that keeps data. */
enum Store {
    DATABASE("what players built, and which edits were answered"),
    ETCD("Worlds and all other objects of the API server; what players built stays in SQL"),
    REDIS("seats that are held, and where players stood");

    private final String holds;

    Store(String holds) {
        this.holds = holds;
    }

    /** For people: what is lost with it. */
    String holds() {
        return holds;
    }

    /** As in {@code up --anew NAME}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
