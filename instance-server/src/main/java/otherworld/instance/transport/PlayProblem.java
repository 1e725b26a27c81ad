package otherworld.instance.transport;

import otherworld.ops.Problem;

/** What may be wrong with a request to the players' port, beside HTTP and signalling. */
enum PlayProblem implements Problem.Kind {
    BAD_PARAMETER(400, "A parameter that cannot be used", "Send what the detail says."),
    UNAVAILABLE(503, "Not healthy", "Try again, or ask for another seat.");

    private final int status;
    private final String title;
    private final String action;

    PlayProblem(int status, String title, String action) {
        this.status = status;
        this.title = title;
        this.action = action;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String action() {
        return action;
    }
}
