package otherworld.ops;

/** What a process tells its supervisor by its exit status. */
public final class ExitCode {
    public static final int OK = 0;

    /** An unexpected error; the log has it. */
    public static final int FAILED = 1;

    /** Its settings are wrong; standard error has a line for each. */
    public static final int BAD_SETTINGS = 2;

    /** It was fenced off: another process does its work under a higher epoch. */
    public static final int FENCED = 3;

    /** An address it must listen on is taken, or is none of this machine: see {@link PortTaken}. */
    public static final int PORT_TAKEN = 4;

    private ExitCode() {}
}
