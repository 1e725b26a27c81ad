package otherworld.instance.transport;

import otherworld.ops.Problem;

/** What may be wrong with a request to the players' port, beside HTTP and signalling. */
enum PlayProblem implements Problem.Kind {
    BAD_PARAMETER(400, "A parameter that cannot be used", "Send what the detail says."),
    UNAVAILABLE(503, "Not healthy", "Try again, or ask for another seat.");

    private final Problem.Words words;

    PlayProblem(int status, String title, String action) {
        words = new Problem.Words(status, title, action);
    }

    @Override
    public Problem.Words words() {
        return words;
    }
}
