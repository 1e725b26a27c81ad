package otherworld.ops.log;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** From which level on a logger writes: our own code as it is set, libraries what is wrong. */
record Levels(Level ours, Level others) {
    static final String SETTING = "OTHERWORLD_LOG_LEVEL";

    /** World is v1alpha1, and says so itself. */
    private static final String VERSION_USAGE =
            "io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils";

    /**
     * @param setting {@code ERROR}, {@code WARN}, {@code INFO}, {@code DEBUG} or {@code TRACE};
     *     {@code INFO} if it is none of these
     * @param report whether the program's output is a report: then {@code WARN} unless it is set
     */
    static Levels of(@Nullable String setting, boolean report) {
        Level ours = report ? Level.WARN : Level.INFO;
        for (Level level : Level.values()) {
            if (setting != null && level.name().equals(setting.toUpperCase(Locale.ROOT))) {
                ours = level;
            }
        }
        return new Levels(ours, Level.WARN);
    }

    Level of(String logger) {
        if (logger.equals("otherworld") || logger.startsWith("otherworld.")) {
            return ours;
        }
        return logger.equals(VERSION_USAGE) ? Level.ERROR : others;
    }
}
