package otherworld.operator.act;

/**
 * A change that was not made, for conditions.
 *
 * @param reason one CamelCase word
 * @param passing it will do by itself, as when the API server is busy; else somebody must mend it
 */
public record Refusal(Change change, String reason, String message, boolean passing) {

    /** What a World asks the API server for. */
    public enum Change {
        CREATE,
        CORDON,
        UNCORDON,
        REMOVE,
        REPLACE,
        CLEAN_UP,
        BUDGET,
        REPAIR
    }
}
