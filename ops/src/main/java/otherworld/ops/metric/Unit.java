package otherworld.ops.metric;

/** What a value is measured in. The metric's name ends accordingly. */
public enum Unit {
    SECONDS("seconds", "_seconds"),
    BYTES("bytes", "_bytes"),
    /** A number of things, which the name says. */
    COUNT("", ""),
    /** 1 while it is so, else 0. */
    FLAG("0 or 1", ""),
    /** A moment, in seconds since 1970. */
    TIMESTAMP("seconds since 1970", "_seconds");

    private final String words;
    private final String suffix;

    Unit(String words, String suffix) {
        this.words = words;
        this.suffix = suffix;
    }

    /** For people; empty for a number of things. */
    public String words() {
        return words;
    }

    /** What the name ends in, before {@code _total}. */
    public String suffix() {
        return suffix;
    }

    /** That of a counter or histogram, which its name says. */
    static Unit ofName(String name) {
        String base = name.replaceAll("_total$", "");
        if (base.endsWith(SECONDS.suffix)) {
            return SECONDS;
        }
        return base.endsWith(BYTES.suffix) ? BYTES : COUNT;
    }
}
