package otherworld.protocol;

/** What a server and a client that says {@link Hello} speak: the highest version that both do. */
public final class Negotiation {
    /** There is no version that both speak. */
    public static final int NONE = 0;

    /** Bits of {@link Hello#features} that this build takes up. */
    private static final long FEATURES = 0;

    private Negotiation() {}

    /** The version of the session, which {@link Welcome} says; {@link #NONE} if there is none. */
    public static int version(Hello hello) {
        int highest = Math.min(hello.newest(), Protocol.VERSION);
        return highest >= Math.max(hello.oldest(), Protocol.OLDEST) ? highest : NONE;
    }

    /** The features of the session, which {@link Welcome} says. */
    public static long features(Hello hello) {
        return hello.features() & FEATURES;
    }
}
