package otherworld.instance.transport.http;

/**
 * Pages of every origin may ask and read every answer: what admits a player is a token, never a
 * cookie (WHATWG Fetch, section 3.2).
 */
final class Cors {
    private static final String MAX_AGE_S = "86400";

    private Cors() {}

    static Response open(Response response) {
        return response.field("Access-Control-Allow-Origin", "*")
                .field(
                        "Access-Control-Expose-Headers",
                        "Location, ETag, Link, Accept-Patch, Retry-After");
    }

    /** What a browser asks before it lets a page of another origin ask. */
    static Response preflight(String methods) {
        return Response.of(204)
                .field("Allow", methods)
                .field("Access-Control-Allow-Methods", methods)
                .field("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match")
                .field("Access-Control-Max-Age", MAX_AGE_S);
    }
}
