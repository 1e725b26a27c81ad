package otherworld.ops;

import otherworld.base.Settings;

/**
 * Where a process answers the people and machines that run it; the names are in
 * docs/pod-environment.md.
 *
 * @param bind an address of this machine, or {@code 0.0.0.0} for all
 * @param port 0 for any that is free
 * @param podUid sent with each answer, so that a probe knows whose it is; empty outside of pods
 */
public record ManagementSettings(String bind, int port, String podUid) {
    /** The names of the settings. */
    public static final String PORT = "OTHERWORLD_MANAGEMENT_PORT";

    public static final String BIND = "OTHERWORLD_MANAGEMENT_BIND";
    public static final int DEFAULT_PORT = 8081;

    /**
     * @param podUid of this process; empty outside of pods
     */
    public static ManagementSettings read(Settings settings, String podUid) {
        return new ManagementSettings(
                settings.text(BIND, "0.0.0.0"),
                settings.integer(PORT, DEFAULT_PORT, 0, 65_535),
                podUid);
    }
}
