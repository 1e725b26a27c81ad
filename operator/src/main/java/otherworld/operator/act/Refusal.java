package otherworld.operator.act;

/**
 * The API server did not take a change, for conditions.
 *
 * @param reason one CamelCase word
 */
public record Refusal(String reason, String message) {}
