package otherworld.protocol;

/**
 * The bytes are not a message of this protocol. The connection they came on ends with {@link
 * GoodbyeReason#MALFORMED}.
 *
 * <p>One instance per reason, without stack trace: bad input costs no allocation.
 */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    private MalformedMessage(Reason reason) {
        super(reason.text, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** What is wrong with the bytes; protocol/schema has the same ones. */
    public enum Reason {
        EMPTY("no type byte"),
        UNKNOWN_TYPE("unknown message type"),
        TOO_LONG("longer than this type's limit"),
        TRUNCATED("ends within a field"),
        TRAILING_BYTES("bytes left over after the last field"),
        NUMBER_TOO_LARGE("number out of range"),
        NUMBER_NOT_SHORTEST("number not in its shortest form"),
        NOT_FINITE("float that is not finite"),
        BAD_ROTATION("rotation component out of range"),
        BAD_FLAG("flag that is neither 0 nor 1"),
        STRING_TOO_LONG("string longer than its limit"),
        NOT_UTF8("string that is not UTF-8"),
        HAS_NUL("string with a character U+0000"),
        BAD_NAME("name that is empty or has control characters"),
        LIST_TOO_LONG("list longer than its limit"),
        UNKNOWN_CODE("unknown code"),
        BAD_DELTA("difference that stands for none"),
        BAD_INDEX("index that no entity has"),
        NO_BASELINE("told against a tick that was not told");

        private final String text;

        // Enum constants are shared by all connections, and so is what they throw.
        @SuppressWarnings("ImmutableEnumChecker")
        private final MalformedMessage exception;

        Reason(String text) {
            this.text = text;
            this.exception = new MalformedMessage(this);
        }

        String text() {
            return text;
        }

        public MalformedMessage exception() {
            return exception;
        }
    }
}
