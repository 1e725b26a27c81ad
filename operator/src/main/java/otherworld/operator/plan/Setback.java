package otherworld.operator.plan;

import java.time.Instant;

/**
 * The API server has refused something, and how long not to ask for it again.
 *
 * @param reason one CamelCase word for conditions
 * @param message the API server's own words, and what was asked for
 */
public record Setback(String reason, String message, Instant until) {}
