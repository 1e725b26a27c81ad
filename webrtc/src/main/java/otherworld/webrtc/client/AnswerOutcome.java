package otherworld.webrtc.client;

/** What became of an answer. */
public sealed interface AnswerOutcome {
    /** The client is connecting. */
    record Taken() implements AnswerOutcome {}

    /** The answer cannot be used, or one was taken before. */
    record Refused(String why) implements AnswerOutcome {}
}
