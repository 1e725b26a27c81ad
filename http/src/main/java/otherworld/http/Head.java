package otherworld.http;

/**
 * What comes before a request's body.
 *
 * @param http10 whether the client speaks HTTP/1.0
 */
record Head(String method, Target target, boolean http10, Fields fields, Length length) {
    /** How the body is delimited. */
    sealed interface Length {
        record None() implements Length {}

        record Bytes(int count) implements Length {}

        record Chunked() implements Length {}
    }

    /** Whether the connection ends after the answer. */
    boolean closes() {
        return http10 || fields.hasToken("connection", "close");
    }

    /** Whether the client waits to be told to go on before it sends its body. */
    boolean expectsContinue() {
        return !http10 && fields.hasToken("expect", "100-continue");
    }
}
