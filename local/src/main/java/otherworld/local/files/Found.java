package otherworld.local.files;

/** What is in the folder that a server keeps its data in. */
public sealed interface Found {
    /** It has never kept anything there, or all of it is gone. */
    record Nothing() implements Found {}

    /** As far as can be told without the server. */
    record Whole() implements Found {}

    /**
     * A server would refuse it, or worse, begin anew over it.
     *
     * @param fault for people: which file, and what is wrong
     */
    record Damaged(String fault) implements Found {}
}
