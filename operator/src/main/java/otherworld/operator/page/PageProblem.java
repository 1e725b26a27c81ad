package otherworld.operator.page;

import otherworld.ops.Problem;
import otherworld.ops.Problem.Words;

/** What the page refuses. */
enum PageProblem implements Problem.Kind {
    NOT_FOUND(new Words(404, "There is nothing here", "look at /")),
    READ_ONLY(
            new Words(
                    405,
                    "This page changes nothing",
                    "send GET or HEAD; use kubectl to change Worlds")),
    BAD_QUESTION(
            new Words(400, "The question cannot be understood", "correct it as the detail says")),
    STRANGE_HOST(
            new Words(
                    421,
                    "The page does not answer under this name",
                    "use an address, localhost or a name of the cluster, or add the name to OTHERWORLD_PAGE_HOSTS")),
    PLAYERS_HIDDEN(
            new Words(
                    403,
                    "Who players are is not for everybody",
                    "send 'Authorization: Bearer' with what is in the file of OTHERWORLD_PAGE_TOKEN_FILE; ./otherworld why does so")),
    UNANSWERED(new Words(503, "What knows this does not answer", "ask again in a second")),
    NOT_LEADING(
            new Words(
                    503,
                    "Another replica of the operator works",
                    "ask the one that leads, or again")),
    INTERNAL(new Words(500, "The page has failed", "look at the operator's log"));

    private final Words words;

    PageProblem(Words words) {
        this.words = words;
    }

    @Override
    public Words words() {
        return words;
    }
}
